#include "csm/measure/image_loader.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "csm/model/compute_settings.h"

namespace csm {

int images_ahead(std::optional<int> prefetch, ComputeDevice device) {
  return prefetch.value_or(device.is_cuda ? 2 : 1);
}

ImageLoader::ImageLoader(int n_ahead, Source source)
    : n_ahead_(static_cast<std::size_t>(n_ahead)), source_(std::move(source)) {
  thread_ = start_compute_thread([this] { run(); });
}

ImageLoader::~ImageLoader() {
  quit_.request_stop();  // wakes the thread
  thread_.join();
}

ImageLoader::Entry ImageLoader::load_next() const {
  try {
    const std::optional<std::int64_t> position = source_.next();
    if (!position) return {};
    return {.image = source_.load(*position), .error = nullptr};
  } catch (...) {
    return {.image = std::nullopt, .error = std::current_exception()};
  }
}

void ImageLoader::run() {
  std::unique_lock lock(mutex_);
  const auto is_wanted = [&] {
    return (is_asked_ && ready_.empty()) || (ready_.size() < n_ahead_ && source_.may_run_ahead());
  };
  while (true) {
    changed_.wait(lock, quit_.get_token(), is_wanted);
    if (quit_.stop_requested()) return;
    lock.unlock();
    Entry entry = load_next();
    lock.lock();
    const bool is_last = entry.is_last();
    ready_.push_back(std::move(entry));
    changed_.notify_all();
    if (is_last) return;
  }
}

std::optional<LoadedImage> ImageLoader::take(PhaseClock& clock) {
  const auto start = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  is_asked_ = true;
  changed_.notify_all();
  changed_.wait(lock, [&] { return !ready_.empty(); });
  is_asked_ = false;
  // The end, or the error in its place, stays for whoever asks again.
  if (ready_.front().error) std::rethrow_exception(ready_.front().error);
  std::optional<LoadedImage> image = std::move(ready_.front().image);
  if (image) ready_.pop_front();
  changed_.notify_all();
  const double waited =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double loading = image ? std::min(waited, image->seconds) : 0;
  clock.add(Phase::load_wait, loading);
  clock.add(Phase::wait, waited - loading);
  return image;
}

}  // namespace csm
