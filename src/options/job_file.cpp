#include "job_file.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <set>

#include "csm/core/error.h"
#include "csm/core/provenance.h"
#include "csm/core/text.h"

namespace csm {
namespace {

/// The text before a comment.
std::string without_comment(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '#' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t'))
      return text.substr(0, i);
  }
  return text;
}

/// The value of `"..."`, which only a comment may follow; none if the quotes do not close.
std::optional<std::string> unquote(const std::string& text) {
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      if (!trim(without_comment(text.substr(i + 1))).empty()) return std::nullopt;
      return value;
    }
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) ++i;
    value += text[i];
  }
  return std::nullopt;
}

[[noreturn]] void reject_line(const std::string& line, const std::string& place,
                              const std::filesystem::path& path) {
  throw InputError({place + ": '" + line + "' is not a line of a job file",
                    "of '" + path.string() + "'",
                    "Write 'name = value', such as 'patch-size = 15'; comments begin with '#'."});
}

}  // namespace

std::optional<GivenValue> parse_job_line(const std::string& line, const std::string& place,
                                         const std::filesystem::path& base_folder) {
  const std::size_t equals = line.find('=');
  if (equals == std::string::npos) return std::nullopt;
  GivenValue given;
  given.name = trim(line.substr(0, equals));
  given.origin = place + ": " + given.name;
  given.base_folder = base_folder;
  const std::string text = trim(line.substr(equals + 1));
  if (!text.empty() && text.front() == '"') {
    const std::optional<std::string> value = unquote(text);
    if (!value) return std::nullopt;
    given.text = *value;
  } else {
    // The blank keeps "name = # comment" an empty value.
    given.text = trim(without_comment(" " + text));
  }
  if (given.name.empty()) return std::nullopt;
  return given;
}

std::vector<GivenValue> read_job_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file || std::filesystem::is_directory(path)) {
    throw InputError({"cannot read the job file '" + path.string() + "'",
                      "it says what the run shall do",
                      "Check the path of --job, or name a task with --task."});
  }
  const std::filesystem::path base_folder =
      std::filesystem::absolute(path).lexically_normal().parent_path();
  std::vector<GivenValue> values;
  std::set<std::string> seen;
  std::string line;
  for (int line_number = 1; std::getline(file, line); ++line_number) {
    line = trim(line);
    if (line.empty() || line.front() == '#') continue;
    const std::string place = path.filename().string() + ":" + std::to_string(line_number);
    const std::optional<GivenValue> given = parse_job_line(line, place, base_folder);
    if (!given) reject_line(line, place, path);
    if (!seen.insert(given->name).second) {
      throw InputError({given->origin + " is given twice", "only one value can hold",
                        "Remove one of the lines."});
    }
    values.push_back(*given);
  }
  return values;
}

std::string quote_job_value(const std::string& value) {
  const bool plain = !value.empty() && value == trim(value) && value.front() != '"' &&
                     without_comment(" " + value) == " " + value;
  if (plain) return value;
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::filesystem::path find_task(const std::string& task) {
  const std::filesystem::path folder = csm_home() / "jobs";
  std::vector<std::string> tasks;
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(folder, error)) {
    if (file.path().extension() == ".cfg") tasks.push_back(file.path().stem().string());
  }
  std::sort(tasks.begin(), tasks.end());
  if (std::find(tasks.begin(), tasks.end(), task) != tasks.end()) return folder / (task + ".cfg");
  if (tasks.empty()) {
    throw InputError(
        {"--task is '" + task + "' and there is no job file in '" + folder.string() + "'",
         "a task is a job file of that folder",
         "Set CSM_HOME to the folder that holds jobs/, or give a job file with --job FILE."});
  }
  const std::optional<std::string> nearest = nearest_text(task, tasks);
  throw InputError({"--task is '" + task + "'",
                    "there is no such job file in '" + folder.string() + "'",
                    (nearest ? "Did you mean '" + *nearest + "'? " : std::string()) +
                        "Tasks: " + join(tasks) + "; or give a file of your own with --job FILE."});
}

}  // namespace csm
