#pragma once
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "csm/core/enum_names.h"
#include "csm/core/error.h"
#include "csm/core/text.h"
#include "csm/model/model_options.h"
#include "option_table.h"
#include "value.h"

/// Makers of table entries, one per kind of value. `field` returns a reference to the member of the
/// Options that it gets:
/// `[](auto& options) -> auto& { return options.dataset.seed; }`.
namespace csm::kinds {

/// The placeholder of a choice: the names of its enumeration.
inline constexpr const char* its_names = "";

/// What an option is called and means; the maker adds how it is read and shown.
struct Naming {
  std::string name;
  OptionScope scope;
  std::string placeholder;  ///< empty for a switch, its_names for a choice
  std::string meaning;
};

template <class Get, class Set>
OptionEntry entry(const Naming& naming, Get get, Set set) {
  return {.name = naming.name,
          .scope = naming.scope,
          .placeholder = naming.placeholder,
          .meaning = naming.meaning,
          .default_text = get(Options{}),
          .set = set,
          .get = get};
}

/// The entries under a heading of the help.
std::vector<OptionEntry> in_group(const std::string& group, std::vector<OptionEntry> entries);

/// With another default in the help than the text of the option.
OptionEntry with_default(OptionEntry entry, const std::string& default_text);

/// Whether a value has an enumerator.
template <auto value>
constexpr bool is_enumerator() {
  // Compilers write csm::Half::first for an enumerator, and (csm::Half)3 for another value.
  constexpr std::string_view signature = __PRETTY_FUNCTION__;
  return signature.find("value = (") == std::string_view::npos;
}

/// Whether enum_names has every enumerator. @pre they count from 0
template <class Enum>
constexpr bool has_all_names() {
  return !is_enumerator<static_cast<Enum>(enum_names(Enum{}).size())>();
}

/// The names of an enumeration: "auto", "cpu", "cuda".
template <class Enum>
std::vector<std::string> names_of_enum() {
  static_assert(has_all_names<Enum>(), "an enumerator lacks its name in enum_names, beside it");
  std::vector<std::string> names;
  for (const auto& candidate : enum_names(Enum{})) names.emplace_back(candidate.name);
  return names;
}

/// One name of an enumeration.
template <class Field>
OptionEntry choice(Naming naming, Field field) {
  using Enum = std::remove_reference_t<decltype(field(std::declval<Options&>()))>;
  naming.placeholder = join(names_of_enum<Enum>(), "|");
  return entry(
      naming, [field](const Options& options) { return std::string(enum_name(field(options))); },
      [field](Options& options, const GivenValue& given, const std::string& meaning) {
        const std::size_t chosen = parse_choice(given, meaning, names_of_enum<Enum>());
        field(options) = enum_names(Enum{})[chosen].value;
      });
}

/// One name of a list that the caller knows.
template <class Field>
OptionEntry name_of_list(const Naming& naming, Field field, const std::vector<std::string>& valid) {
  return entry(
      naming, [field](const Options& options) { return field(options); },
      [=](Options& options, const GivenValue& given, const std::string& meaning) {
        field(options) = valid[parse_choice(given, meaning, valid)];
      });
}

/// The elements of "a,b,c", each handed to `set_one` as a value of its own, or `none` for an empty
/// list.
template <class Field, class Show, class SetOne>
OptionEntry list(const Naming& naming, Field field, Show show, SetOne set_one) {
  return entry(
      naming,
      [=](const Options& options) {
        std::vector<std::string> texts;
        for (const auto& element : field(options)) texts.emplace_back(show(element));
        return texts.empty() ? std::string("none") : join(texts, ",");
      },
      [=](Options& options, const GivenValue& given, const std::string& /*meaning*/) {
        field(options).clear();
        if (given.text == "none") return;
        for (const std::string& element : split(given.text, ',')) {
          GivenValue one = given;
          one.text = element;
          field(options).push_back(set_one(one));
        }
      });
}

/// A whole number in [lowest, highest].
template <class Field>
OptionEntry integer(const Naming& naming, Field field, std::int64_t lowest,
                    std::int64_t highest = std::numeric_limits<std::int64_t>::max()) {
  return entry(
      naming, [field](const Options& options) { return std::to_string(field(options)); },
      [=](Options& options, const GivenValue& given, const std::string& meaning) {
        using Number = std::remove_reference_t<decltype(field(options))>;
        field(options) = static_cast<Number>(parse_integer(given, meaning, lowest, highest));
      });
}

/// A whole number in [0, 2^64).
template <class Field>
OptionEntry unsigned_integer(const Naming& naming, Field field) {
  return entry(
      naming, [field](const Options& options) { return std::to_string(field(options)); },
      [field](Options& options, const GivenValue& given, const std::string& meaning) {
        field(options) = parse_unsigned(given, meaning);
      });
}

/// A whole number in [lowest, highest], or `unset_value` for std::nullopt.
template <class Field>
OptionEntry optional_integer(const Naming& naming, Field field, const std::string& unset_value,
                             std::int64_t lowest,
                             std::int64_t highest = std::numeric_limits<std::int64_t>::max()) {
  return entry(
      naming,
      [=](const Options& options) {
        return field(options) ? std::to_string(*field(options)) : unset_value;
      },
      [=](Options& options, const GivenValue& given, const std::string& meaning) {
        using Number = typename std::remove_reference_t<decltype(field(options))>::value_type;
        if (given.text == unset_value) {
          field(options) = std::nullopt;
        } else {
          field(options) =
              static_cast<Number>(parse_integer(given, meaning, lowest, highest, unset_value));
        }
      });
}

/// A path, or `unset_value` for an empty one; a file of that name is written "./none".
template <class Field>
OptionEntry path(const Naming& naming, Field field, const std::string& unset_value = "none") {
  return entry(
      naming,
      [=](const Options& options) {
        return field(options).empty() ? unset_value : field(options).string();
      },
      [=](Options& options, const GivenValue& given, const std::string& /*meaning*/) {
        field(options) = given.text == unset_value ? std::filesystem::path() : parse_path(given);
      });
}

/// A program, or one of the names auto and none.
template <class Field>
OptionEntry command(const Naming& naming, Field field) {
  OptionEntry file = path(naming, field);
  file.set = [=, set = file.set](Options& options, const GivenValue& given,
                                 const std::string& meaning) {
    if (given.text == "auto" || given.text == "none") {
      field(options) = given.text;
    } else {
      set(options, given, meaning);
    }
  };
  return file;
}

/// As path, but "-" is a standard stream.
template <class Field>
OptionEntry file_or_stream(const Naming& naming, Field field) {
  OptionEntry file = path(naming, field);
  file.set = [=, set = file.set](Options& options, const GivenValue& given,
                                 const std::string& meaning) {
    if (given.text == "-") {
      field(options) = given.text;
    } else {
      set(options, given, meaning);
    }
  };
  return file;
}

/// As path, but what names a model that runs elsewhere is kept as it is (see ModelPlace).
template <class Field>
OptionEntry file_or_place(const Naming& naming, Field field) {
  OptionEntry file = path(naming, field);
  file.set = [=, set = file.set](Options& options, const GivenValue& given,
                                 const std::string& meaning) {
    if (place_of_model(given.text) != ModelPlace::file) {
      field(options) = given.text;
    } else if (const std::size_t scheme = given.text.find("://"); scheme != std::string::npos) {
      // The rest may hold a password.
      throw InputError(
          {given.origin + " is a URL of the scheme '" + given.text.substr(0, scheme) + "'",
           "services are spoken to by http and https",
           "Write http(s)://HOST/v2/models/NAME, or process:COMMAND for a program "
           "that asks another kind of service."});
    } else {
      set(options, given, meaning);
    }
  };
  return file;
}

/// A folder, `none` for no folder, or `auto` for one that follows from other options.
template <class Field, class Wanted>
OptionEntry folder_or_auto(const Naming& naming, Field field, Wanted wanted) {
  return entry(
      naming,
      [=](const Options& options) {
        if (!wanted(options)) return std::string("none");
        return field(options).empty() ? std::string("auto") : field(options).string();
      },
      [=](Options& options, const GivenValue& given, const std::string& /*meaning*/) {
        wanted(options) = given.text != "none";
        field(options) = given.text == "none" || given.text == "auto" ? std::filesystem::path()
                                                                      : parse_path(given);
      });
}

/// A free text, or `unset_value` for an empty one.
template <class Field>
OptionEntry text(const Naming& naming, Field field, const std::string& unset_value) {
  return entry(
      naming,
      [=](const Options& options) { return field(options).empty() ? unset_value : field(options); },
      [=](Options& options, const GivenValue& given, const std::string& /*meaning*/) {
        field(options) = given.text == unset_value ? std::string() : given.text;
      });
}

/// A switch: --quiet, --quiet=on, --quiet=off.
template <class Field>
OptionEntry on_off(const Naming& naming, Field field) {
  return entry(
      naming,
      [field](const Options& options) { return std::string(field(options) ? "on" : "off"); },
      [field](Options& options, const GivenValue& given, const std::string& meaning) {
        static const std::vector<std::string> valid = {"on", "off"};
        field(options) = parse_choice(given, meaning, valid) == 0;
      });
}

/// The fill: a name, or a colour as RRGGBB.
OptionEntry fill(Naming naming);

/// A number in [lowest, highest].
template <class Field>
OptionEntry real(const Naming& naming, Field field, double lowest, double highest) {
  return entry(
      naming, [field](const Options& options) { return number_text(field(options)); },
      [=](Options& options, const GivenValue& given, const std::string& meaning) {
        field(options) = parse_number(given, meaning, lowest, highest);
      });
}

/// A number in [lowest, highest], or `unset_value` for std::nullopt.
template <class Field>
OptionEntry optional_real(const Naming& naming, Field field, const std::string& unset_value,
                          double lowest, double highest) {
  return entry(
      naming,
      [=](const Options& options) {
        return field(options) ? number_text(*field(options)) : unset_value;
      },
      [=](Options& options, const GivenValue& given, const std::string& meaning) {
        if (given.text == unset_value) {
          field(options) = std::nullopt;
        } else {
          field(options) = parse_number(given, meaning, lowest, highest);
        }
      });
}

/// The preset of the number of vertices: sets the quality and what follows from it.
OptionEntry quality(const Naming& naming);

}  // namespace csm::kinds
