#include "passed_over.h"

#include <set>
#include <vector>

#include "csm/core/text.h"

namespace csm {
namespace {

/// "a, b and c"
std::string enumerate(std::vector<std::string> parts) {
  if (parts.empty()) return "";
  const std::string last = parts.back();
  parts.pop_back();
  return parts.empty() ? last : join(parts) + " and " + last;
}

}  // namespace

void PassedOver::add(const std::string& kind, const Count& count, Counts& counts) {
  Count& sum = counts[kind];
  // The least name: folders are listed in no order.
  if (sum.n_files == 0 || count.example < sum.example) sum.example = count.example;
  sum.n_files += count.n_files;
  sum.advice = count.advice;
}

void PassedOver::add(const FileKind& kind, const std::string& name) {
  if (kind.use == FileUse::image) return;
  const Count one{.n_files = 1, .example = name, .advice = kind.advice};
  add(kind.name, one, kind.use == FileUse::passed_over ? passed_over_ : companions_);
}

void PassedOver::add(const PassedOver& other) {
  for (const auto& [kind, count] : other.passed_over_) add(kind, count, passed_over_);
  for (const auto& [kind, count] : other.companions_) add(kind, count, companions_);
}

std::string PassedOver::describe() const {
  std::vector<std::string> parts;
  for (const auto& [name, count] : passed_over_)
    parts.push_back(std::to_string(count.n_files) + " " + name + " (such as '" + count.example +
                    "')");
  for (const auto& [name, count] : companions_)
    parts.push_back(std::to_string(count.n_files) + " " + name);
  return enumerate(std::move(parts));
}

std::string PassedOver::advice() const {
  std::set<std::string> sentences;
  for (const auto& [name, count] : passed_over_) {
    if (!count.advice.empty()) sentences.insert(count.advice);
  }
  return join(std::vector<std::string>(sentences.begin(), sentences.end()), " ");
}

std::string PassedOver::remark(const std::string& where) const {
  if (passed_over_.empty()) return "";
  PassedOver pictures;
  pictures.passed_over_ = passed_over_;
  std::int64_t n_files = 0;
  for (const auto& [name, count] : passed_over_) n_files += count.n_files;
  const std::string passed =
      n_files == 1 ? "1 file of " + where + " is passed over, so it is not in the map: "
                   : std::to_string(n_files) + " files of " + where +
                         " are passed over, so they are not in the map: ";
  const std::string sentence = passed + pictures.describe() + ".";
  return advice().empty() ? sentence : sentence + " " + advice();
}

}  // namespace csm
