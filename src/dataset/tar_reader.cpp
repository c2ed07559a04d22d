#include "tar_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "csm/core/error.h"

namespace csm {
namespace {

constexpr std::int64_t block = 512;
constexpr std::int64_t window_size = 64 << 10;
constexpr std::int64_t most_text = 1 << 20;  ///< of a label or a long name [bytes]

std::int64_t to_blocks(std::int64_t size) { return (size + block - 1) / block * block; }

/// A text field, which ends with a zero byte or is full.
std::string text_field(std::string_view header, std::size_t at, std::size_t length) {
  const std::string_view field = header.substr(at, length);
  return std::string(field.substr(0, field.find('\0')));
}

/// A number in octal digits, or in binary if the first bit is set (GNU, star); none if it is
/// neither.
std::optional<std::int64_t> number_field(std::string_view header, std::size_t at,
                                         std::size_t length) {
  std::string_view field = header.substr(at, length);
  if ((static_cast<unsigned char>(field[0]) & 0x80U) != 0) {
    std::uint64_t value = static_cast<unsigned char>(field[0]) & 0x7FU;
    for (const char c : field.substr(1)) {
      if (value >> 55U != 0) return std::nullopt;
      value = value << 8U | static_cast<unsigned char>(c);
    }
    return static_cast<std::int64_t>(value);
  }
  field = field.substr(0, field.find('\0'));
  const std::size_t begin = field.find_first_not_of(' ');
  if (begin == std::string_view::npos) return 0;
  field = field.substr(begin, field.find_last_not_of(' ') - begin + 1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value, 8);
  if (error != std::errc() || end != field.data() + field.size() || value < 0) return std::nullopt;
  return value;
}

/// The sum of the header's bytes, those of the checksum itself counted as spaces; old programs add
/// them as signed.
bool has_right_checksum(std::string_view header) {
  constexpr std::size_t sum_at = 148;
  constexpr std::size_t sum_length = 8;
  std::int64_t of_unsigned = 0;
  std::int64_t of_signed = 0;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const char c = i >= sum_at && i < sum_at + sum_length ? ' ' : header[i];
    of_unsigned += static_cast<unsigned char>(c);
    of_signed += static_cast<signed char>(c);
  }
  const auto written = number_field(header, sum_at, sum_length);
  return written && (*written == of_unsigned || *written == of_signed);
}

const char* compression_of(std::string_view begin) {
  constexpr std::array<std::pair<std::string_view, const char*>, 4> marks = {
      {{"\x1F\x8B", "gzip"},
       {"BZh", "bzip2"},
       {"\xFD"
        "7zXZ",
        "xz"},
       {"\x28\xB5\x2F\xFD", "zstd"}}};
  for (const auto& [mark, name] : marks) {
    if (begin.starts_with(mark)) return name;
  }
  return nullptr;
}

}  // namespace

TarReader::TarReader(const std::filesystem::path& file) : file_(file) {
  descriptor_ = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (descriptor_ < 0 || fstat(descriptor_, &status) != 0) {
    throw InputError({"the shard '" + file.string() + "' cannot be read", std::strerror(errno),
                      "Is --dataset right?"});
  }
  try {
    file_size_ = status.st_size;
    const char* compression = compression_of(view(0, std::min<std::int64_t>(file_size_, 6)));
    if (compression != nullptr) {
      throw InputError(
          {"the shard '" + file.string() + "' is compressed (" + compression + ")",
           "images are read at their places in the file, and are compressed already",
           "Unpack it to a plain .tar, for example with gunzip, bunzip2, unxz or unzstd."});
    }
    if (file_size_ == 0) fail(0, "is empty", "Pack it again.");
  } catch (...) {
    close(descriptor_);
    throw;
  }
}

TarReader::~TarReader() { close(descriptor_); }

void TarReader::fail(std::int64_t offset, const std::string& what,
                     const std::string& advice) const {
  throw InputError(
      {"the shard '" + file_.string() + "' " + what, "at byte " + std::to_string(offset), advice});
}

/// @pre the file reaches to offset + size
std::string_view TarReader::view(std::int64_t offset, std::int64_t size) {
  if (offset < window_at_ || offset + size > window_at_ + std::ssize(window_)) {
    window_.resize(
        static_cast<std::size_t>(std::min(std::max(size, window_size), file_size_ - offset)));
    window_at_ = offset;
    std::size_t n_read = 0;
    while (n_read < window_.size()) {
      const ssize_t n = pread(descriptor_, window_.data() + n_read, window_.size() - n_read,
                              offset + static_cast<off_t>(n_read));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail(offset, std::string("cannot be read: ") + std::strerror(errno), "");
      if (n == 0) fail(offset, "became shorter while it was read", "");
      n_read += static_cast<std::size_t>(n);
    }
  }
  return std::string_view(window_).substr(static_cast<std::size_t>(offset - window_at_),
                                          static_cast<std::size_t>(size));
}

/// Records "LENGTH KEY=VALUE\n", where the length counts the whole record.
void TarReader::read_pax(std::string_view records, std::int64_t offset) {
  while (!records.empty()) {
    // "LENGTH KEY=VALUE\n", the length counts itself.
    std::size_t length = 0;
    const auto [end, error] =
        std::from_chars(records.data(), records.data() + records.size(), length);
    const auto n_digits = static_cast<std::size_t>(end - records.data());
    if (error != std::errc() || length > records.size() || length < n_digits + 3 ||
        records[n_digits] != ' ' || records[length - 1] != '\n') {
      fail(offset, "has a damaged pax header", "Pack it again.");
    }
    const std::string_view record = records.substr(n_digits + 1, length - n_digits - 2);
    const std::size_t equals = record.find('=');
    if (equals == std::string_view::npos)
      fail(offset, "has a damaged pax header", "Pack it again.");

    // Of the keys, name and size matter; sparse files cannot be read.
    const std::string_view key = record.substr(0, equals);
    const std::string_view value = record.substr(equals + 1);
    if (key == "path") next_name_ = value;
    if (key == "size") {
      std::int64_t size = -1;
      std::from_chars(value.data(), value.data() + value.size(), size);
      if (size < 0) fail(offset, "has a damaged size in a pax header", "Pack it again.");
      next_size_ = size;
    }
    if (key.starts_with("GNU.sparse.")) {
      fail(offset, "holds a sparse file, whose bytes do not lie in one piece",
           "Pack it without --sparse.");
    }
    records.remove_prefix(length);
  }
}

std::optional<TarEntry> TarReader::next() {
  const std::string advice = "It is damaged or was cut off: copy or pack it again.";
  while (true) {
    const std::int64_t header_at = at_;
    if (at_ + block > file_size_) fail(at_, "ends without its end mark", advice);
    const std::string header(view(at_, block));
    if (header.find_first_not_of('\0') == std::string::npos) return std::nullopt;
    if (!has_right_checksum(header)) fail(header_at, "has a header with a wrong checksum", advice);

    // The size, which an extended header before this one may have given.
    const char type = header[156];
    const bool is_own_header =
        type != 'L' && type != 'K' && type != 'x' && type != 'g' && type != 'X';
    std::optional<std::int64_t> size = number_field(header, 124, 12);
    if (is_own_header && next_size_) size = std::exchange(next_size_, std::nullopt);
    if (!size) fail(header_at, "has a header with a damaged size", advice);
    // Links, folders and devices have no bytes, whatever their size field.
    if (type >= '1' && type <= '6') size = 0;
    const std::int64_t offset = at_ + block;
    if (*size > file_size_ - offset) {
      fail(header_at, "is cut off: a member of " + std::to_string(*size) + " bytes begins here",
           advice);
    }
    at_ = offset + to_blocks(*size);

    // A header that extends the next one: its long name, or its pax records.
    if (!is_own_header) {
      if (type == 'K' || type == 'g') continue;
      if (*size > most_text) fail(header_at, "has a name of more than 1 MiB", advice);
      const std::string text(view(offset, *size));
      if (type == 'L') {
        next_name_ = text.substr(0, text.find('\0'));
      } else {
        read_pax(text, header_at);
      }
      continue;
    }

    // The name: long, or in the two fields of ustar.
    std::string name = std::exchange(next_name_, std::string());
    if (name.empty()) {
      name = text_field(header, 0, 100);
      const std::string prefix = header.compare(257, 6, std::string("ustar\0", 6)) == 0
                                     ? text_field(header, 345, 155)
                                     : "";
      if (!prefix.empty()) name.insert(0, prefix + "/");
    }

    // Members without their bytes in one piece are refused, since their images would be missing.
    const std::string quoted = "'" + name + "'";
    if (type == 'S')
      fail(header_at, "holds the sparse file " + quoted, "Pack it without --sparse.");
    if (type == 'M') fail(header_at, "begins in another volume", "Pack it as one volume.");
    if (type == '1' || type == '2') {
      fail(header_at, "holds " + quoted + " as a link, without its bytes",
           "Pack it with --dereference --hard-dereference.");
    }
    if (type == '0' || type == '\0' || type == '7') return TarEntry{std::move(name), offset, *size};
  }
}

std::string TarReader::begin_of(const TarEntry& entry, std::int64_t n) {
  return std::string(view(entry.offset, std::min(n, entry.size)));
}

std::string TarReader::content(const TarEntry& entry) {
  if (entry.size > most_text) {
    fail(entry.offset, "has labels of more than 1 MiB in '" + entry.name + "'",
         "Labels are the fields of small files.");
  }
  return std::string(view(entry.offset, entry.size));
}

}  // namespace csm
