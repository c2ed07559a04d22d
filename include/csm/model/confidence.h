#pragma once
#include <span>

#include "csm/options/options.h"

namespace csm {

/// conf(I) of a class: its softmax probability, or its logit.
/// @pre logits has one entry per class; kind is probability or logit
double class_confidence(std::span<const float> logits, int target, Confidence kind);

/// cos(a, b); 0 where one of them is the null vector. Eq. (7)
/// @pre a and b have the same size
double cosine_similarity(std::span<const float> a, std::span<const float> b);

/// (2y - 1)(cosine - threshold). Eq. (8)
double verification_confidence(double cosine, double threshold, bool same_person);

/// Index of the largest entry; the first one of ties.
int argmax(std::span<const float> values);

/// A scored pair of the training part of a verification data set.
struct ScoredPair {
  double cosine = 0;
  bool same_person = false;
};

/// The threshold with the best accuracy on the pairs (cosine > threshold means "same"): the middle of the gap between
/// two neighbouring scores, of equal accuracies the lowest. 0 where there is no pair.
double best_threshold(std::span<const ScoredPair> pairs);

}  // namespace csm
