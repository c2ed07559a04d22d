#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace csm {

/// Packs whole numbers that change little from one to the next, such as the sums of a map: each
/// difference takes as many bytes as it needs (LEB128 of its zigzag code), a run of equal numbers
/// two to five bytes. The sums of a rank shrink to about a quarter at a few hundred megabytes a
/// second, faster than most disks take the rest.
std::string pack_integers(std::span<const std::int64_t> values);
std::string pack_integers(std::span<const std::int32_t> values);

/// Adds the packed numbers to `sums`, element by element.
/// @pre `packed` is what pack_integers made of as many numbers as `sums` has; anything else is a
/// ContractError Errors: RunError if a sum overflows.
void add_packed(std::string_view packed, std::span<std::int64_t> sums);
void add_packed(std::string_view packed, std::span<std::int32_t> sums);

}  // namespace csm
