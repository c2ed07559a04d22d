#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace csm::test {

/// Everything in a result file but /entry/process (times, ranks, hosts, command): path, or
/// path@attribute, and its type, shape and bytes. Read with the HDF5 library alone, not with the
/// code that wrote it.
std::map<std::string, std::string> read_contents(const std::filesystem::path& file);

/// The paths that two results do not hold alike; empty if they are the same.
std::vector<std::string> differing_paths(const std::filesystem::path& a,
                                         const std::filesystem::path& b);

/// A data set of whole numbers, such as entry/n_failed.
std::vector<std::int64_t> read_integers(const std::filesystem::path& file, const std::string& path);

/// A data set of texts, such as entry/remarks.
std::vector<std::string> read_texts(const std::filesystem::path& file, const std::string& path);

}  // namespace csm::test
