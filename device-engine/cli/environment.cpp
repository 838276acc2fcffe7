#include "cli/environment.hpp"

#include <signal.h>
#include <sodium.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace fieldsync::cli {
namespace {

std::optional<std::string> variable(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
}

std::optional<std::int64_t> number(const char* name) {
    const auto text = variable(name);
    std::int64_t value = 0;
    if (!text) return std::nullopt;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc{} || end != text->data() + text->size())
        throw std::invalid_argument(std::string(name) + " is not a number: " + *text);
    return value;
}

std::optional<std::size_t> terminal_width() {
    winsize size{};
    if (::isatty(STDOUT_FILENO) == 0 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return std::nullopt;
    return size.ws_col;
}

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "fieldsync";
    return name.data();
}

std::atomic<bool> stop_asked{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler writes it");

void ask_to_stop(int /*signal*/) {
    stop_asked = true;
}

}  // namespace

Settings read_settings() {
    Settings settings;
    settings.clock_offset_ms = number("FIELDSYNC_CLOCK_OFFSET_MS").value_or(0);
    settings.password = variable("FIELDSYNC_PASSWORD");
    if (const auto most = number("FIELDSYNC_BACKOFF_MAX_MS"))
        settings.backoff_max = std::chrono::milliseconds(std::max<std::int64_t>(*most, 1));
    if (const auto bytes = number("FIELDSYNC_MAP_SIZE_FIRST"); bytes && *bytes > 0)
        settings.map_size_first = static_cast<std::size_t>(*bytes);
    settings.shows_progress = ::isatty(STDERR_FILENO) != 0 || variable("FIELDSYNC_PROGRESS") == "1";
    settings.width = terminal_width();
    settings.device_name = host_name();
    return settings;
}

std::int64_t SystemClock::now_us() {
    const auto now =
        std::chrono::system_clock::now().time_since_epoch() + std::chrono::milliseconds(offset_ms_);
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

SystemRandom::SystemRandom() {
    // Its own generator, seeded by the system: every new record asks, and a system call each is dear.
    randombytes_set_implementation(&randombytes_internal_implementation);
    if (sodium_init() < 0) throw std::runtime_error("no source of randomness");
}

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
    randombytes_buf(bytes.data(), bytes.size());
}

void catch_stop_signals() {
    struct sigaction action {};
    action.sa_handler = ask_to_stop;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
}

bool stop_was_asked() {
    return stop_asked;
}

void sleep_for(std::chrono::milliseconds time) {
    std::this_thread::sleep_for(time);
}

}  // namespace fieldsync::cli
