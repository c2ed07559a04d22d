#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "value.h"

namespace csm {

/// Reads the lines `name = value` of a job file in their order. `#` at the start of a line or after
/// white space begins a comment; a value in double quotes keeps its spaces and `#`, with \" and
/// \\ inside. Errors: InputError with file and line for a line of another form, an option given
/// twice; or if the file cannot be read.
std::vector<GivenValue> read_job_file(const std::filesystem::path& path);

/// One line of a job file, or none if it has another form.
std::optional<GivenValue> parse_job_line(const std::string& line, const std::string& place,
                                         const std::filesystem::path& base_folder);

/// The value as it must be written in a job file: in double quotes if it would read back
/// differently.
std::string quote_job_value(const std::string& value);

/// The file of a task: jobs/NAME.cfg of the home folder.
/// Errors: InputError with the tasks that exist and the nearest one.
std::filesystem::path find_task(const std::string& task);

}  // namespace csm
