#include "option_kinds.h"

#include <array>
#include <string_view>

namespace csm::kinds {
namespace {

std::string fill_text(const Options& options) {
  const Fill& fill = options.occlusion.fill;
  if (fill.kind != FillKind::colour) return std::string(enum_name(fill.kind));
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t value : fill.colour) {
    text += digits[value >> 4U];
    text += digits[value & 15U];
  }
  return text;
}

void set_fill(Options& options, const GivenValue& given, const std::string& meaning) {
  std::vector<std::string> valid;
  for (const EnumName<FillKind>& candidate : enum_names(FillKind{})) {
    if (candidate.value == FillKind::colour) continue;
    if (candidate.name == given.text) {
      options.occlusion.fill = {candidate.value, {}};
      return;
    }
    valid.emplace_back(candidate.name);
  }
  const std::optional<std::array<std::uint8_t, 3>> colour = parse_colour(given.text);
  if (!colour) {
    const std::optional<std::string> nearest = nearest_text(given.text, valid);
    reject_value(given, meaning,
                 (nearest ? "Did you mean '" + *nearest + "'? " : std::string()) +
                     "Valid: " + join(valid) + ", or a colour as RRGGBB, such as 808080.");
  }
  options.occlusion.fill = {FillKind::colour, *colour};
}

/// How many vertices of an image each preset measures; none: all.
std::optional<std::int64_t> vertices_of(Quality quality) {
  switch (quality) {
    case Quality::draft:
      return 128;
    case Quality::standard:
      return 256;
    case Quality::full:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::vector<OptionEntry> in_group(const std::string& group, std::vector<OptionEntry> entries) {
  for (OptionEntry& entry : entries) entry.group = group;
  return entries;
}

OptionEntry with_default(OptionEntry entry, const std::string& default_text) {
  entry.default_text = default_text;
  return entry;
}

OptionEntry quality(const Naming& naming) {
  OptionEntry result = choice(
      naming, [](auto& options) -> auto& { return options.occlusion.quality; });
  result.set = [set_name = result.set](Options& options, const GivenValue& given,
                                       const std::string& meaning) {
    set_name(options, given, meaning);
    options.occlusion.vertices_per_image = vertices_of(options.occlusion.quality);
  };
  result.is_preset = true;
  return result;
}

OptionEntry fill(Naming naming) {
  naming.placeholder = join(names_of_enum<FillKind>(), "|");
  return entry(naming, fill_text,
               [](Options& options, const GivenValue& given, const std::string& meaning) {
                 set_fill(options, given, meaning);
               });
}

}  // namespace csm::kinds
