#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "csm/measure/load_image.h"
#include "csm/measure/phase_clock.h"
#include "csm/model/device.h"

namespace csm {

/// Loads the next images on a thread of its own while this thread covers one, a bounded number
/// ahead.
///
/// There is one path for all settings: with 0 images ahead the thread loads the image that is asked
/// for. Its networks run on one core each, whatever the rank's number of threads, so the fit of a
/// face, and with it every byte of the result, is the same for any number ahead.
class ImageLoader {
 public:
  /// All are called on the loader's thread.
  struct Source {
    std::function<std::optional<std::int64_t>()> next;  ///< the next position; none at the end
    std::function<bool()>
        may_run_ahead;  ///< whether `next` may be asked before its image is needed
    std::function<LoadedImage(std::int64_t)> load;
  };

  /// @param n_ahead images that are loaded, or being loaded, before they are asked for
  ImageLoader(int n_ahead, Source source);

  /// Waits for the image that is being loaded; drops what was not taken.
  ~ImageLoader();
  ImageLoader(const ImageLoader&) = delete;
  ImageLoader& operator=(const ImageLoader&) = delete;

  /// The next image in the order of the source; none at its end. Adds the time that it waits to the
  /// phase load_wait, and what it waits before the image was begun to wait. Errors: whatever the
  /// source throws, in the image's place.
  std::optional<LoadedImage> take(PhaseClock& clock);

 private:
  /// What one call of the source gave.
  struct Entry {
    std::optional<LoadedImage> image;
    std::exception_ptr error;
    bool is_last() const { return !image; }
  };
  void run();
  Entry load_next() const;

  const std::size_t n_ahead_;
  const Source source_;
  std::mutex mutex_;  ///< guards all that follows; the thread never holds it while it loads
  std::condition_variable_any changed_;
  std::deque<Entry> ready_;
  bool is_asked_ = false;
  std::stop_source quit_;
  std::thread thread_;
};

/// The number of images that are loaded ahead: what --prefetch says, else 2 on a GPU and 1 on a
/// CPU. On a CPU covering an image takes so much longer than loading it that one ahead hides all
/// that can be hidden. The thread needs no core of its own for that: on a rank with one core it
/// takes turns with the work and costs nothing, but a slow disk no longer holds the work. On a GPU
/// the two times are of one size, and a second image ahead evens them out.
int images_ahead(std::optional<int> prefetch, ComputeDevice device);

}  // namespace csm
