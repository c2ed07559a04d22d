#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "csm/options/parse.h"
#include "some_methods.h"

namespace csm::test {

/// A home folder of its own with two tasks, `gender` and `pose`, set as CSM_HOME while a test runs.
class HomeFolder : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "csm_options_XXXXXX").string();
    home_ = mkdtemp(pattern.data());
    std::filesystem::create_directories(home_ / "jobs");
    write("jobs/gender.cfg",
          "model = ../models/gender.pt\ndataset = ../samples/faces\npatch-size = 8\n");
    write("jobs/pose.cfg", "model = ../models/pose.pt\ndataset = ../samples/faces\n");
    setenv("CSM_HOME", home_.c_str(), 1);
  }
  void TearDown() override {
    unsetenv("CSM_HOME");
    std::filesystem::remove_all(home_);
  }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(home_ / name) << text;
    return home_ / name;
  }

  static CommandLine parse(const std::vector<std::string>& arguments) {
    return parse_command_line(arguments, some_methods());
  }

  /// The message of the InputError that the arguments end in, empty if they are taken.
  static std::string error_of(const std::vector<std::string>& arguments) {
    try {
      parse_command_line(arguments, some_methods());
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  }

  std::filesystem::path home_;
};

}  // namespace csm::test
