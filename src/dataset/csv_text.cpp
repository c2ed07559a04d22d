
#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <utility>

#include "csm/core/error.h"
#include "csv.h"

namespace csm {
namespace {

/// A converter of glibc's.
class Converter {
 public:
  explicit Converter(const char* from) : handle_(iconv_open("UTF-8", from)) {
    if (handle_ == none()) throw RunError(std::string("this system's iconv does not read ") + from);
  }
  ~Converter() { iconv_close(handle_); }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  /// The text as UTF-8, up to what cannot be read. @param text is consumed up to there
  std::string convert(std::string& text) {
    std::string result(2 * text.size() + 4, '\0');  // 2 bytes of UTF-16 are at most 3 of UTF-8
    char* from = text.data();
    char* to = result.data();
    std::size_t n_from = text.size();
    std::size_t n_to = result.size();
    iconv(handle_, &from, &n_from, &to, &n_to);
    result.resize(result.size() - n_to);
    text.erase(0, text.size() - n_from);
    return result;
  }

 private:
  static iconv_t none() {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): iconv.h's own
    return reinterpret_cast<iconv_t>(-1);
  }
  iconv_t handle_;
};

std::string line_of(const std::filesystem::path& file, const std::string& text_before) {
  const auto n_ends = std::count(text_before.begin(), text_before.end(), '\n');
  return line_of_file(file, 1 + static_cast<std::size_t>(n_ends));
}

std::string to_utf_8(const std::filesystem::path& file, std::string text) {
  const bool is_utf_16 = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
  std::string result = Converter(is_utf_16 ? "UTF-16" : "UTF-8").convert(text);
  if (!text.empty()) {
    throw InputError(
        {line_of(file, result) + " holds bytes that are not " + (is_utf_16 ? "UTF-16" : "UTF-8"),
         "names with accents would be wrong",
         "Save it as 'CSV UTF-8', or convert it: iconv -f WINDOWS-1252 -t UTF-8 OLD.csv > "
         "NEW.csv"});
  }
  return result;
}

std::string with_line_feeds(const std::string& text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      result.push_back(text[i]);
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      result.push_back('\n');
    }
  }
  return result;
}

}  // namespace

std::string read_csv_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file)) {
    throw InputError("The CSV file '" + file.string() +
                     "' cannot be read. Does it exist, and may you read it?");
  }
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (text.starts_with("PK\x03\x04")) {
    throw InputError({"'" + file.string() + "' is a workbook or another zip file, not a CSV file",
                      "", "Save the table as 'CSV UTF-8'."});
  }
  text = with_line_feeds(to_utf_8(file, std::move(text)));
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  if (const std::size_t zero = text.find('\0'); zero != std::string::npos) {
    throw InputError(line_of(file, text.substr(0, zero)) + " holds a zero byte. Is it a CSV file?");
  }
  return text;
}

}  // namespace csm
