#pragma once
#include <cstdint>
#include <optional>
#include <vector>

namespace csm {

/// Which vertices of an image are measured: 1 for each of a simple random sample without
/// replacement, 0 for the others; all 1 if n_sample is none or not below n_vertices. A function of
/// the arguments only, so that ranks, schedule and restart do not change it.
///
/// Why this keeps the CMS unbiased: let a_q be the used vertices whose squares hold pixel q. Given
/// that c >= 1 vertices of the sample are among them, these are a simple random sample of size c of
/// a_q, because every subset of that size is equally likely and the draw knows nothing of the
/// drops. The mean of their drops, which Eq. (5) takes, therefore has the full CIS(q) as its
/// expectation, and the mean over the images with C(q) > 0, Eq. (6), that of the full CMS(q). The
/// variance between these images holds the sampling term already: sqrt(var/n) stays the standard
/// error.
/// @pre n_vertices >= 0, n_sample >= 1
std::vector<unsigned char> sample_vertices(std::int64_t n_vertices,
                                           std::optional<std::int64_t> n_sample,
                                           std::uint64_t seed);

}  // namespace csm
