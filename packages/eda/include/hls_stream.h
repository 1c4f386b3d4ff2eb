// hls::stream for C-simulation: a queue without a bound. The depth of a stream is a matter of
// synthesis, so it is not simulated. Where hardware would stop for ever, reading an empty stream,
// the program ends with exit code 3 and a message that names the stream. A stream that is destroyed
// with elements in it says so on stderr: hardware would carry them into the next image.
#ifndef CNNTARGZ_HLS_STREAM_H_
#define CNNTARGZ_HLS_STREAM_H_

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace hls {

template <class T, int DEPTH = 0>
class stream {
 public:
  stream() : name_("(unnamed)"), first_(0) {}
  explicit stream(const char* name) : name_(name), first_(0) {}
  explicit stream(const std::string& name) : name_(name), first_(0) {}
  ~stream() {
    if (!empty()) {
      std::fprintf(stderr, "the stream %s is left with %lu elements\n", name_.c_str(),
                   (unsigned long)(size()));
    }
  }

  void write(const T& value) { elements_.push_back(value); }
  T read() {
    if (empty()) {
      std::fprintf(stderr, "read from the empty stream %s\n", name_.c_str());
      std::exit(3);
    }
    const T value = elements_[first_];
    first_ += 1;
    if (first_ == elements_.size()) {
      elements_.clear();
      first_ = 0;
    } else if (first_ >= 1024 && 2 * first_ >= elements_.size()) {
      // A stream that is never quite empty must not grow for ever.
      elements_.erase(elements_.begin(), elements_.begin() + std::ptrdiff_t(first_));
      first_ = 0;
    }
    return value;
  }
  void read(T& value) { value = read(); }
  bool read_nb(T& value) {
    if (empty()) return false;
    value = read();
    return true;
  }
  bool write_nb(const T& value) {
    write(value);
    return true;
  }
  bool empty() const { return first_ == elements_.size(); }
  bool full() const { return false; }
  std::size_t size() const { return elements_.size() - first_; }

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
  // What has been written, of which the elements before first_ have been read.
  std::vector<T> elements_;
  std::size_t first_;
};

}  // namespace hls

#endif  // CNNTARGZ_HLS_STREAM_H_
