#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "csm/checkpoint/restore.h"
#include "csm/core/error.h"
#include "support/message_of.h"
#include "support/result_contents.h"
#include "support/run_small_job.h"

namespace csm {
namespace {

namespace fs = std::filesystem;
using test::run_small_job;
using test::RunSettings;
using test::SmallJob;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int n_interrupted = 24;

const SmallJob& interrupted_job() {
  static const SmallJob job(n_interrupted);
  return job;
}

/// The result of a run that nothing interrupted.
const fs::path& undisturbed() {
  static const fs::path path = [] {
    run_small_job(interrupted_job(), "undisturbed");
    return interrupted_job().output("undisturbed");
  }();
  return path;
}

fs::path folder_of(const std::string& name) {
  return checkpoint_folder(interrupted_job().output(name));
}

/// The files of a run's checkpoints with this extension, the newest generation last.
std::vector<fs::path> files_of(const std::string& name,
                               const std::string& extension = ".checkpoint") {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder_of(name))) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::int64_t n_restored(const std::string& name) {
  return test::read_integers(interrupted_job().output(name), "entry/process/n_restored").at(0);
}

std::string read_text(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// Starts a run and stops it after some images.
void interrupt(const std::string& name, const RunSettings& settings) {
  EXPECT_TRUE(run_small_job(interrupted_job(), name, settings));
  EXPECT_FALSE(fs::exists(interrupted_job().output(name)));
  EXPECT_THAT(files_of(name), testing::Not(IsEmpty()));
}

/// Runs it to its end, to the bytes of the undisturbed run.
void finish(const std::string& name, const RunSettings& settings, std::int64_t at_least) {
  EXPECT_FALSE(run_small_job(interrupted_job(), name, settings));
  EXPECT_THAT(test::differing_paths(undisturbed(), interrupted_job().output(name)), IsEmpty());
  EXPECT_GE(n_restored(name), at_least);
  EXPECT_LE(n_restored(name), n_interrupted);
  EXPECT_FALSE(fs::exists(folder_of(name)));
}

TEST(InterruptedRun, goes_on_with_any_number_of_ranks) {
  for (const auto& [before, after] : {std::pair{2, 3}, {3, 1}, {1, 2}, {5, 100}}) {
    const std::string name = std::to_string(before) + "_" + std::to_string(after);
    interrupt(name, {.n_ranks = before, .stop_after = 2});
    finish(name, {.n_ranks = after}, 2);
  }
}

TEST(InterruptedRun, may_be_interrupted_again_and_again) {
  interrupt("again", {.n_ranks = 3, .stop_after = 3});
  interrupt("again", {.n_ranks = 1, .more = {"--schedule", "static"}, .stop_after = 4});
  interrupt("again", {.n_ranks = 2, .stop_after = 2});
  finish("again", {.n_ranks = 4}, 9);
}

TEST(InterruptedRun, counts_what_was_done_before_from_its_first_progress_on) {
  const std::string log = (interrupted_job().folder() / "progress.jsonl").string();
  interrupt("progress", {.stop_after = 5});
  finish("progress", {.more = {"--log-json", log}}, 5);
  const std::string text = read_text(log);
  const std::size_t at = text.find("\"n_done\":");
  ASSERT_NE(at, std::string::npos);
  EXPECT_GE(std::stoi(text.substr(at + 9)), 5);
}

TEST(InterruptedRun, does_not_begin_what_is_loaded_already) {
  interrupt("ahead", {.more = {"--prefetch", "20"}, .stop_after = 2});
  finish("ahead", {.more = {"--prefetch", "0"}}, 2);
  EXPECT_EQ(n_restored("ahead"), 2);
}

TEST(InterruptedRun, drops_maps_after_its_checkpoint) {
  interrupt("maps", {.n_ranks = 2, .stop_after = 4});
  for (const fs::path& part : files_of("maps", ".cis"))
    std::ofstream(part, std::ios::app) << "the beginning of a map that was never finished";
  finish("maps", {}, 4);
}

TEST(InterruptedRun, finds_a_damaged_checkpoint_and_uses_the_one_before_it) {
  for (const std::string damage : {"cut", "flipped", "empty"}) {
    interrupt(damage, {.more = {"--checkpoint-interval", "0"}, .stop_after = 5});
    const fs::path newest = files_of(damage).back();
    std::string bytes = read_text(newest);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
    if (damage == "cut") bytes.resize(bytes.size() / 2);
    if (damage == "empty") bytes.clear();
    std::ofstream(newest, std::ios::binary | std::ios::trunc) << bytes;

    const std::string log = (interrupted_job().folder() / (damage + ".jsonl")).string();
    finish(damage, {.n_ranks = 2, .more = {"--log-json", log}}, 4);
    EXPECT_EQ(n_restored(damage), 4);
    const std::string text = read_text(log);
    EXPECT_THAT(text, HasSubstr(newest.filename().string() + "' is not used: "));
    EXPECT_THAT(text, HasSubstr("The one before it is used"));
  }
}

TEST(InterruptedRun, refuses_the_checkpoint_of_another_job_with_the_differing_options) {
  interrupt("other", {.n_ranks = 2, .stop_after = 3});
  const std::vector<fs::path> before = files_of("other");
  const std::string message = test::message_of<InputError>([] {
    run_small_job(interrupted_job(), "other",
                  {.n_ranks = 2, .more = {"--patch-size", "4", "--seed", "9"}});
  });
  for (const char* part :
       {"belongs to another job", "patch-size is '4' here and '5' there",
        "seed is '9' here and '1' there", "list of images is", "--restart never"})
    EXPECT_THAT(message, HasSubstr(part));
  EXPECT_EQ(files_of("other"), before);
  finish("other", {.n_ranks = 2}, 3);
}

TEST(InterruptedRun, may_go_on_with_other_options_that_do_not_change_the_result) {
  interrupt("options", {.n_ranks = 2, .more = {"--schedule", "static"}, .stop_after = 3});
  finish("options",
         {.n_ranks = 2,
          .more = {"--max-failures", "0.1", "--checkpoint-interval", "0", "--restart", "require"}},
         3);
}

TEST(InterruptedRun, is_discarded_by_restart_never) {
  interrupt("never", {.n_ranks = 2, .stop_after = 3});
  finish("never", {.n_ranks = 2, .more = {"--restart", "never"}}, 0);
  EXPECT_EQ(n_restored("never"), 0);
}

TEST(InterruptedRun, must_be_there_for_restart_require) {
  const auto run = [] {
    run_small_job(interrupted_job(), "absent", {.n_ranks = 2, .more = {"--restart", "require"}});
  };
  EXPECT_THAT(test::message_of<InputError>(run),
              HasSubstr("--restart require found no checkpoint"));
}

TEST(InterruptedRun, that_was_ended_while_it_cleared_up_is_done_again) {
  // The result is whole, and the folder holds checkpoints still, or none any more.
  interrupt("whole", {.n_ranks = 2, .stop_after = 3});
  fs::copy_file(undisturbed(), interrupted_job().output("whole"));
  finish("whole", {.n_ranks = 2}, 3);
  fs::create_directory(folder_of("whole"));
  finish("whole", {.n_ranks = 2}, 0);
}

TEST(InterruptedRun, needs_no_image_that_is_done) {
  interrupt("deleted", {.stop_after = 6});

  // One rank takes the images in their order.
  const std::vector<std::string> ids = test::read_texts(undisturbed(), "entry/images/id");
  const std::vector<std::int64_t> orders = test::read_integers(undisturbed(), "entry/images/order");
  std::vector<fs::path> done;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (orders[i] < 6) done.push_back(interrupted_job().folder() / ids[i]);
  }
  for (const fs::path& image : done) fs::rename(image, image.string() + ".away");
  finish("deleted", {}, 6);
  for (const fs::path& image : done) fs::rename(image.string() + ".away", image);
}

TEST(InterruptedRun, tries_images_that_failed_again) {
  // They are empty while the first attempt runs, as on a file server that is restarted; files that
  // are not there end a run before it begins.
  const fs::path away = interrupted_job().folder() / "away";
  fs::create_directory(away);
  for (int i = 10; i < 16; ++i) {
    fs::rename(interrupted_job().image(i), away / std::to_string(i));
    std::ofstream(interrupted_job().image(i)).flush();
  }
  const std::string message = test::message_of<RunError>([] {
    run_small_job(interrupted_job(), "failed", {.more = {"--checkpoint-interval", "0"}});
  });
  for (int i = 10; i < 16; ++i) fs::rename(away / std::to_string(i), interrupted_job().image(i));
  EXPECT_THAT(message, HasSubstr("failure 3 of 24 images, --max-failures allows 2"));
  finish("failed", {}, 1);
}

}  // namespace
}  // namespace csm
