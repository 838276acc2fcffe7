// The machine itself: what durability costs here and now. A disk shared with others is ten times slower at
// one moment than at the next; read the absolute floors beside this.
#include <fcntl.h>
#include <unistd.h>

#include <stdexcept>

#include "figures/figures.hpp"
#include "support/fakes.hpp"
#include "timing.hpp"

namespace fieldsync::bench {
namespace {

constexpr std::size_t kFlushedBytes = 16 * 1024;  // a few pages, as a small transaction has
constexpr std::size_t kFlushes = 100;

class File {
  public:
    File() : file_(::open((directory_.path() / "flushed").c_str(), O_RDWR | O_CREAT, 0600)) {
        if (file_ < 0) throw std::runtime_error("cannot make a file");
        flush();
    }
    ~File() { ::close(file_); }
    void flush() {
        if (::pwrite(file_, bytes_.data(), bytes_.size(), 0) < 0 || ::fdatasync(file_) != 0)
            throw std::runtime_error("cannot write");
    }

  private:
    testing::TempDir directory_;
    std::string bytes_ = std::string(kFlushedBytes, 'x');
    int file_;
};

}  // namespace

Group machine() {
    Group group;
    group.measurements = {{"flush",
                           [](benchmark::State& state) {
                               File file;
                               time_once(state, kFlushes, [&] {
                                   for (std::size_t i = 0; i < kFlushes; ++i) file.flush();
                               });
                           },
                           5, true}};
    group.figures = {{"machine: 16 KB written and flushed", Unit::per_second, {"flush", kItems}, {}, ""}};
    return group;
}

}  // namespace fieldsync::bench
