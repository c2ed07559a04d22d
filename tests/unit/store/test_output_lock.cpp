#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <sstream>
#include <thread>

#include "csm/store/output_lock.h"
#include "temporary_folder.h"

namespace csm::test {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::MatchesRegex;

/// The fields of identify_process: host, start of the system, space of numbers, number, start.
std::vector<std::string> own_fields() {
  std::istringstream line(identify_process());
  std::vector<std::string> fields;
  for (std::string field; line >> field;) fields.push_back(field);
  return fields;
}

std::string line_of(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) line += (line.empty() ? "" : " ") + field;
  return line;
}

/// Runs work in a process of its own that ends without clearing up; returns its exit code.
int in_killed_process(const std::function<void()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    try {
      work();
    } catch (const InputError&) {
      _exit(2);
    }
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

class OutputLockTest : public TemporaryFolder {
 protected:
  void SetUp() override {
    TemporaryFolder::SetUp();
    output_ = folder_ / "gender.h5";
    for (const char* name : {"SLURM_JOB_ID", "SLURM_RESTART_COUNT", "SLURM_CLUSTER_NAME"})
      unsetenv(name);
  }

  OutputLock take(const std::filesystem::path& output) const {
    return {output, {identify_process()}};
  }

  /// The error of a second run; empty if it gets the lock.
  std::string error_of(const std::filesystem::path& output) const {
    try {
      take(output);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  }

  /// The lock of a run whose processes are these, and whose last sign of life is so old.
  void leave_lock(const std::vector<std::string>& processes, std::int64_t seconds_ago,
                  const std::string& more = "") {
    std::string text =
        "lock of csm_mpi 0123456789abcdef0123456789abcdef\nuser anna\nsince "
        "2026-01-01T00:00:00Z\noutput " +
        output_.string() + "\n" + more;
    for (const std::string& process : processes) text += "process " + process + "\n";
    const std::filesystem::path path = write("gender.lock", text);
    const timespec then{.tv_sec = time(nullptr) - seconds_ago, .tv_nsec = 0};
    const timespec times[] = {then, then};
    utimensat(AT_FDCWD, path.c_str(), times, 0);
  }

  static std::string on_other_host() {
    std::vector<std::string> fields = own_fields();
    fields[0] = "node9";
    fields[1] = "another-start";
    return line_of(fields);
  }

  static std::string with_other_start() {
    std::vector<std::string> fields = own_fields();
    fields[4] = std::to_string(std::stoll(fields[4]) + 1);
    return line_of(fields);
  }

  std::filesystem::path output_;
};

TEST_F(OutputLockTest, the_second_run_is_told_of_the_first_and_what_to_do) {
  const OutputLock lock = take(output_);
  const std::string error = error_of(output_);
  EXPECT_THAT(error,
              MatchesRegex("--output is '.*/gender.h5' \\(another run is writing it: process " +
                           std::to_string(getpid()) + " on host " + own_fields()[0] +
                           ", user .+, since 2[0-9]+-.*Z\\)\\. Wait for its end, end it \\(kill " +
                           std::to_string(getpid()) + "\\), or give another --output\\."));
}

TEST_F(OutputLockTest, it_goes_with_its_owner_and_leaves_nothing) {
  { const OutputLock lock = take(output_); }
  EXPECT_EQ(n_files(), 0);
  EXPECT_EQ(error_of(output_), "");
  EXPECT_EQ(n_files(), 0);
}

TEST_F(OutputLockTest, it_can_be_moved) {
  OutputLock lock = take(output_);
  const OutputLock moved = std::move(lock);
  EXPECT_THAT(error_of(output_), HasSubstr("another run"));
}

TEST_F(OutputLockTest, a_folder_by_another_path_and_another_extension_are_the_same_output) {
  const OutputLock lock = take(output_);
  std::filesystem::create_directory_symlink(folder_, folder_ / "link");
  EXPECT_THAT(error_of(folder_ / "link/./gender.h5"), HasSubstr("another run is writing it"));
  EXPECT_THAT(error_of(folder_ / "gender.hdf5"),
              HasSubstr("gender.h5', whose pictures have the same names"));
  EXPECT_THAT(error_of(std::filesystem::relative(output_)), HasSubstr("another run is writing it"));
  EXPECT_EQ(error_of(folder_ / "gender.2.h5"), "");
}

TEST_F(OutputLockTest, outputs_that_share_a_picture_exclude_each_other) {
  const OutputLock lock = take(output_);
  EXPECT_THAT(error_of(folder_ / "gender_regions.h5"),
              HasSubstr("whose pictures have the same names"));
  const OutputLock other = take(folder_ / "age_convergence.h5");
  EXPECT_THAT(error_of(folder_ / "age.h5"), HasSubstr("whose pictures have the same names"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "age.lock")) << "a refused run leaves no lock";
}

TEST_F(OutputLockTest, a_process_that_was_killed_holds_nothing) {
  ASSERT_EQ(in_killed_process([&] { new OutputLock(take(output_)); }), 0);
  ASSERT_TRUE(std::filesystem::exists(folder_ / "gender.lock"));
  EXPECT_EQ(error_of(output_), "");
  EXPECT_EQ(n_files(), 0);
}

TEST_F(OutputLockTest, a_number_that_was_given_to_another_process_holds_nothing) {
  leave_lock({with_other_start()}, 0);
  EXPECT_EQ(error_of(output_), "");
}

TEST_F(OutputLockTest, an_orphan_of_a_run_without_its_rank_0_holds_the_output) {
  leave_lock({with_other_start(), identify_process()}, 1000);
  EXPECT_THAT(error_of(output_), HasSubstr("process " + std::to_string(getpid()) + " on host"));
}

TEST_F(OutputLockTest, signs_of_life_decide_about_another_host) {
  leave_lock({on_other_host()}, 60);
  EXPECT_THAT(error_of(output_),
              AllOf(HasSubstr("on host node9, user anna, since 2026-01-01T00:00:00Z"),
                    ContainsRegex("is 6[0-9] s old"), HasSubstr("for 120 s is taken as dead"),
                    HasSubstr("remove '" + (folder_ / "gender.lock").string())));
  leave_lock({on_other_host()}, 180);
  EXPECT_EQ(error_of(output_), "");
}

TEST_F(OutputLockTest, a_container_with_the_same_host_name_is_another_host) {
  std::vector<std::string> fields = own_fields();
  fields[2] = "pid:[1]";
  leave_lock({line_of(fields)}, 10);
  EXPECT_THAT(error_of(output_), HasSubstr("last sign of life"));
}

TEST_F(OutputLockTest, a_later_attempt_at_the_job_of_slurm_takes_over_from_another_host) {
  setenv("SLURM_JOB_ID", "17", 1);
  setenv("SLURM_CLUSTER_NAME", "big", 1);
  setenv("SLURM_RESTART_COUNT", "3", 1);
  leave_lock({on_other_host()}, 10, "slurm big 17 3\n");
  EXPECT_NE(error_of(output_), "") << "the same attempt runs two";
  leave_lock({on_other_host()}, 10, "slurm big 18 2\n");
  EXPECT_NE(error_of(output_), "") << "another task of the array";
  leave_lock({on_other_host()}, 10, "slurm big 17 2\n");
  EXPECT_EQ(error_of(output_), "");
}

TEST_F(OutputLockTest, a_half_written_lock_is_a_living_one_until_it_is_old) {
  leave_lock({}, 5);
  write("gender.lock", "");
  EXPECT_THAT(error_of(output_), HasSubstr("is being written"));
  leave_lock({}, 500);
  EXPECT_EQ(error_of(output_), "");
}

TEST_F(OutputLockTest, a_file_of_something_else_is_left_alone) {
  const auto path = write("gender.lock", "[package]\nname = poetry\n");
  EXPECT_THAT(error_of(output_), HasSubstr("a file of something else"));
  EXPECT_EQ(read(path), "[package]\nname = poetry\n");
}

TEST_F(OutputLockTest, of_many_who_find_a_dead_owner_one_gets_the_output) {
  constexpr int n_processes = 12;
  leave_lock({with_other_start()}, 0);
  std::array<int, 2> answers{};
  std::array<int, 2> end{};
  ASSERT_EQ(pipe(answers.data()), 0);
  ASSERT_EQ(pipe(end.data()), 0);

  // Each process answers whether it got the output, and who did keeps it until all have answered.
  const auto take_it = [&] {
    close(end[1]);
    char answer = 'n';
    try {
      const OutputLock lock = take(output_);
      answer = 'y';
      if (::write(answers[1], &answer, 1) != 1) _exit(1);
      close(answers[1]);
      _exit(::read(end[0], &answer, 1) == 0 ? 0 : 1);
    } catch (const InputError&) {
      _exit(::write(answers[1], &answer, 1) == 1 ? 0 : 1);
    }
  };
  std::vector<pid_t> children;
  for (int i = 0; i < n_processes; ++i) {
    children.push_back(fork());
    if (children.back() == 0) take_it();
  }
  close(answers[1]);
  close(end[0]);

  int n_answers = 0;
  int n_taken = 0;
  for (char answer = 0; ::read(answers[0], &answer, 1) == 1; ++n_answers)
    n_taken += answer == 'y' ? 1 : 0;
  close(answers[0]);
  close(end[1]);
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(n_answers, n_processes);
  EXPECT_EQ(n_taken, 1);
}

TEST_F(OutputLockTest, an_owner_shows_that_it_lives) {
  const OutputLock lock(output_, {identify_process()},
                        {.sign_of_life = std::chrono::milliseconds(20)});
  const timespec long_ago[] = {{.tv_sec = 1000, .tv_nsec = 0}, {.tv_sec = 1000, .tv_nsec = 0}};
  utimensat(AT_FDCWD, lock.claim().path.c_str(), long_ago, 0);
  struct stat status {};
  for (int i = 0; i < 200 && status.st_mtim.tv_sec <= 1000; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    stat(lock.claim().path.c_str(), &status);
  }
  EXPECT_GT(status.st_mtim.tv_sec, 1000);
}

TEST_F(OutputLockTest, a_lock_that_was_removed_comes_back) {
  const OutputLock lock(output_, {identify_process()},
                        {.sign_of_life = std::chrono::milliseconds(20)});
  std::filesystem::remove(lock.claim().path);
  EXPECT_NO_THROW(require_lock(lock.claim()));
  for (int i = 0; i < 200 && !std::filesystem::exists(lock.claim().path); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_THAT(error_of(output_), HasSubstr("another run"));
}

TEST_F(OutputLockTest, who_lost_its_lock_writes_nothing_and_leaves_it_to_the_other) {
  {
    const OutputLock lock = take(output_);
    EXPECT_NO_THROW(require_lock(lock.claim()));
    leave_lock({on_other_host()}, 0);
    EXPECT_THROW(require_lock(lock.claim()), LostLock);
  }
  EXPECT_THAT(read(folder_ / "gender.lock"), HasSubstr("user anna"));
}

TEST_F(OutputLockTest, a_lock_that_cannot_be_made_is_a_bad_output) {
  EXPECT_THAT(error_of(folder_ / "missing/gender.h5"),
              HasSubstr("it cannot be written: No such file or directory"));
}

}  // namespace
}  // namespace csm::test
