#include <gmock/gmock.h>

#include "home_folder.h"

namespace csm::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class JobFileTest : public HomeFolder {
 protected:
  Options options_of(const std::string& text) const {
    const auto job = write("jobs/mine.cfg", "model = m.pt\ndataset = d\n" + text);
    return parse({"--job", job.string()}).options;
  }
  std::string error_in(const std::string& text) const {
    const auto job = write("jobs/mine.cfg", "model = m.pt\ndataset = d\n" + text);
    return error_of({"--job", job.string()});
  }
};

TEST_F(JobFileTest, is_called_as_its_file_unless_it_says_otherwise) {
  EXPECT_EQ(options_of("").run.task, "mine");
  EXPECT_EQ(options_of("task = other\n").run.task, "other");
  EXPECT_EQ(options_of("task = other\n").output.output.filename(), "other.h5");
}

TEST_F(JobFileTest, relative_paths_start_at_the_file) {
  const Options options =
      options_of("gallery = ../g.csv\nconfidence = cosine\ncanonical-image = /abs.png\n");
  EXPECT_EQ(options.model.model, home_ / "jobs/m.pt");
  EXPECT_EQ(options.dataset.gallery, home_ / "g.csv");
  EXPECT_EQ(options.mesh.canonical_image, "/abs.png");
}

TEST_F(JobFileTest, home_sign_is_not_expanded) {
  EXPECT_EQ(options_of("canonical-image = ~/a.png\n").mesh.canonical_image, home_ / "jobs/~/a.png");
}

TEST_F(JobFileTest, comments_blank_lines_and_line_ends_of_windows_are_skipped) {
  const Options options =
      options_of("# a comment = 3\r\n\r\n  limit=7 # seven\r\n\tlabel = a#b\t# tail\r\n");
  EXPECT_EQ(options.dataset.limit, 7);
  EXPECT_EQ(options.dataset.label, "a#b");
}

TEST_F(JobFileTest, quotes_keep_blanks_and_number_signs) {
  EXPECT_EQ(options_of("label = \" a # \\\"b\\\\ \"  # tail\n").dataset.label, " a # \"b\\ ");
  EXPECT_EQ(options_of("label = a = b\n").dataset.label, "a = b");
}

TEST_F(JobFileTest, bad_lines_are_named_with_their_number) {
  EXPECT_THAT(error_in("\npatch-size 15\n"),
              HasSubstr("mine.cfg:4: 'patch-size 15' is not a line of a job file"));
  EXPECT_THAT(error_in("= 15\n"), HasSubstr("mine.cfg:3: "));
  EXPECT_THAT(error_in("label = \"open\n"), HasSubstr("mine.cfg:3: "));
  EXPECT_THAT(error_in("label = \"a\" b\n"), HasSubstr("mine.cfg:3: "));
}

TEST_F(JobFileTest, unknown_names_get_the_nearest_valid_one) {
  EXPECT_THAT(error_in("patch_size = 15\n"),
              AllOf(HasSubstr("mine.cfg:3: unknown option 'patch_size'"),
                    HasSubstr("Did you mean 'patch-size'?")));
}

TEST_F(JobFileTest, an_option_given_twice_is_an_error) {
  EXPECT_THAT(error_in("limit = 3\nlimit = 4\n"), HasSubstr("mine.cfg:4: limit is given twice"));
}

TEST_F(JobFileTest, names_of_the_command_line_are_refused) {
  for (const std::string name : {"job", "plan", "print-config", "help", "version"}) {
    EXPECT_THAT(error_in(name + " = on\n"), HasSubstr("it belongs on the command line")) << name;
  }
}

TEST_F(JobFileTest, a_missing_file_or_a_folder_is_an_error) {
  EXPECT_THAT(error_of({"--job", (home_ / "no.cfg").string()}),
              HasSubstr("cannot read the job file"));
  EXPECT_THAT(error_of({"--job", home_.string()}), HasSubstr("cannot read the job file"));
}

TEST_F(JobFileTest, a_name_that_is_not_a_plain_task_name_is_an_error) {
  const auto job = write("jobs/my job.cfg", "model = m.pt\ndataset = d\n");
  EXPECT_THAT(error_of({"--job", job.string()}), HasSubstr("task is 'my job'"));
  EXPECT_THAT(error_in("task = ../x\n"), HasSubstr("task is '../x'"));
}

}  // namespace
}  // namespace csm::test
