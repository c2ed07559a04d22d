#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>

#include "csm/measure/image_loader.h"

namespace csm {
namespace {

using std::chrono_literals::operator""ms;

/// A source of n images that counts what it was asked.
struct Fake {
  std::int64_t n_images = 0;
  std::atomic<bool> has_plenty = true;
  std::atomic<std::int64_t> n_begun = 0;
  std::atomic<std::int64_t> n_loaded = 0;
  std::int64_t failing = -1;  ///< the image whose loading throws

  ImageLoader::Source source() {
    return {.next = [this]() -> std::optional<std::int64_t> {
              const std::int64_t position = n_begun++;
              return position < n_images ? std::optional(position) : std::nullopt;
            },
            .may_run_ahead = [this] { return has_plenty.load(); },
            .load =
                [this](std::int64_t position) {
                  if (position == failing) throw std::runtime_error("the loader met image 2");
                  LoadedImage image;
                  image.position = position;
                  n_loaded += 1;
                  return image;
                }};
  }

  /// Waits until n images are loaded, and a moment longer for one too many.
  void wait_until_loaded(std::int64_t n) const {
    for (int i = 0; i < 2000 && n_loaded < n; ++i) std::this_thread::sleep_for(1ms);
    std::this_thread::sleep_for(20ms);
  }
};

TEST(ImageLoader, gives_all_images_in_order_for_any_number_ahead) {
  for (const int n_ahead : {0, 1, 2, 7}) {
    Fake fake{.n_images = 5};
    ImageLoader loader(n_ahead, fake.source());
    PhaseClock clock;
    for (std::int64_t position = 0; position < 5; ++position)
      EXPECT_EQ(loader.take(clock)->position, position);
    EXPECT_FALSE(loader.take(clock));
    EXPECT_FALSE(loader.take(clock)) << "the end stays the end";
  }
}

TEST(ImageLoader, loads_as_many_ahead_as_it_was_told) {
  for (const int n_ahead : {0, 1, 3}) {
    Fake fake{.n_images = 100};
    ImageLoader loader(n_ahead, fake.source());
    fake.wait_until_loaded(n_ahead);
    EXPECT_EQ(fake.n_loaded, n_ahead);
    PhaseClock clock;
    loader.take(clock);
    fake.wait_until_loaded(n_ahead + 1);
    EXPECT_EQ(fake.n_loaded, n_ahead + 1);
  }
}

TEST(ImageLoader, loads_only_what_is_asked_for_where_little_is_left) {
  Fake fake{.n_images = 3};
  fake.has_plenty = false;
  ImageLoader loader(2, fake.source());
  fake.wait_until_loaded(1);
  EXPECT_EQ(fake.n_begun, 0);
  PhaseClock clock;
  for (int i = 1; i <= 3; ++i) {
    loader.take(clock);
    fake.wait_until_loaded(i + 1);
    EXPECT_EQ(fake.n_loaded, i);
  }
  EXPECT_FALSE(loader.take(clock));
}

TEST(ImageLoader, an_error_comes_in_its_images_place) {
  Fake fake{.n_images = 9, .failing = 2};
  ImageLoader loader(5, fake.source());
  fake.wait_until_loaded(2);
  PhaseClock clock;
  EXPECT_EQ(loader.take(clock)->position, 0);
  EXPECT_EQ(loader.take(clock)->position, 1);
  EXPECT_THROW(loader.take(clock), std::runtime_error);
  EXPECT_THROW(loader.take(clock), std::runtime_error);
  EXPECT_EQ(fake.n_begun, 3) << "nothing is loaded after it";
}

TEST(ImageLoader, ends_with_images_that_nobody_took) {
  Fake fake{.n_images = 100};
  {
    ImageLoader loader(3, fake.source());
    fake.wait_until_loaded(3);
  }
  EXPECT_EQ(fake.n_loaded, 3);
}

TEST(ImageLoader, waiting_for_the_loading_and_for_the_source_are_told_apart) {
  Fake fake{.n_images = 1};
  ImageLoader::Source source = fake.source();
  source.next = [next = source.next] {
    std::this_thread::sleep_for(30ms);
    return next();
  };
  source.load = [load = source.load](std::int64_t position) {
    std::this_thread::sleep_for(60ms);
    LoadedImage image = load(position);
    image.seconds = 0.06;
    return image;
  };
  ImageLoader loader(0, source);
  PhaseClock clock;
  loader.take(clock);
  EXPECT_DOUBLE_EQ(clock.seconds(Phase::load_wait), 0.06);
  EXPECT_GE(clock.seconds(Phase::wait), 0.03);
  const double wait_before = clock.seconds(Phase::wait);
  EXPECT_FALSE(loader.take(clock));
  EXPECT_DOUBLE_EQ(clock.seconds(Phase::load_wait), 0.06);
  EXPECT_GE(clock.seconds(Phase::wait), wait_before + 0.03);
}

TEST(ImagesAhead, are_two_on_a_gpu_and_one_on_a_cpu_unless_told) {
  EXPECT_EQ(images_ahead(std::nullopt, {.is_cuda = true}), 2);
  EXPECT_EQ(images_ahead(std::nullopt, {.is_cuda = false}), 1);
  EXPECT_EQ(images_ahead(0, {.is_cuda = true}), 0);
  EXPECT_EQ(images_ahead(7, {.is_cuda = false}), 7);
}

}  // namespace
}  // namespace csm
