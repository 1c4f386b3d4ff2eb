// hls::stream for C-simulation: an unbounded queue. The depth of a stream is a matter of synthesis,
// so it is not simulated; reading an empty stream, which would stop hardware for ever, ends the
// program with a message that names the stream.
#ifndef CNNTARGZ_HLS_STREAM_H_
#define CNNTARGZ_HLS_STREAM_H_

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>

namespace hls {

template <class T, int DEPTH = 0>
class stream {
 public:
  stream() : name_("(unnamed)") {}
  explicit stream(const char* name) : name_(name) {}

  void write(const T& value) { queue_.push_back(value); }
  T read() {
    if (queue_.empty()) {
      std::fprintf(stderr, "read from the empty stream %s\n", name_.c_str());
      std::exit(3);
    }
    T value = queue_.front();
    queue_.pop_front();
    return value;
  }
  void read(T& value) { value = read(); }
  bool read_nb(T& value) {
    if (queue_.empty()) return false;
    value = read();
    return true;
  }
  bool write_nb(const T& value) {
    write(value);
    return true;
  }
  bool empty() const { return queue_.empty(); }
  bool full() const { return false; }
  std::size_t size() const { return queue_.size(); }

  stream& operator<<(const T& value) {
    write(value);
    return *this;
  }
  stream& operator>>(T& value) {
    value = read();
    return *this;
  }

 private:
  // A stream is a wire, not a value.
  stream(const stream&);
  stream& operator=(const stream&);

  std::string name_;
  std::deque<T> queue_;
};

}  // namespace hls

#endif  // CNNTARGZ_HLS_STREAM_H_
