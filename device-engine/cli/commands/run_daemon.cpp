#include "cli/commands/run_daemon.hpp"

#include "cli/daemon.hpp"

namespace fieldsync::cli {

Outcome<Exit> run_daemon(Context& context, bool over_http) {
    catch_stop_signals();
    DaemonOptions options;
    options.over_http = over_http;
    options.backoff_max = context.settings.backoff_max;
    options.should_stop = stop_was_asked;
    options.sleep = sleep_for;
    options.on_state = [&context](const std::string& state, const std::string& message) {
        if (context.json)
            context.out << "{\"state\": " << quoted(state) << "}" << std::endl;
        else
            context.out << state << (message.empty() ? "" : ": " + message) << std::endl;
    };
    return Daemon(context.engine, context.random, std::move(options)).run();
}

}  // namespace fieldsync::cli
