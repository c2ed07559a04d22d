#pragma once
#include <span>

#include "csm/model/class_scores.h"
#include "csm/model/confidence_kind.h"
#include "csm/model/contract.h"

namespace csm {

/// Whether a kind of confidence is that of a class; the others compare embeddings.
bool is_class_confidence(Confidence kind);

/// Whether a kind of confidence is that of a pair of images, Eq. (8).
bool is_pair_confidence(Confidence kind);

/// conf(I) of a class, of exclusive (independent) classes: `probability`, the softmax (sigmoid) of
/// its score; `logit`, its score; `log_odds`, ln p - ln(1 - p) = its score minus the logsumexp of
/// the others (its score), which keeps its precision also if p is 1 - 1e-12.
/// @pre scores has one entry per class, two or more if they are exclusive; kind is one of the three
double class_confidence(std::span<const float> scores, int target, Confidence kind,
                        ClassRelation relation);

/// Whether conf(I) of a class is so near its end that a drop can hardly show: a probability above
/// 0.999 or below 0.001; log odds and logits of outputs that are probabilities, if these were
/// rounded to 0 or 1 (within 2^-20 of 1 for the output of a sigmoid).
/// @pre as for class_confidence; scores are those of class_scores with this contract
bool is_saturated(std::span<const float> scores, int target, Confidence kind,
                  const ModelContract& contract);

/// cos(a, b); 0 if one of them is the null vector. Eq. (7)
/// @pre a and b have the same size
double cosine_similarity(std::span<const float> a, std::span<const float> b);

/// (2y - 1)(cosine - threshold). Eq. (8); of a model of pairs the similarity is the cosine.
double verification_confidence(double cosine, double threshold, bool same_person);

/// The classes of a pair: labels and decisions at the threshold.
inline constexpr const char* same_person_class = "same";
inline constexpr const char* different_persons_class = "different";
inline const char* class_of_pair(bool is_same) {
  return is_same ? same_person_class : different_persons_class;
}

/// Index of the largest entry; the first one of ties.
int argmax(std::span<const float> values);

/// A scored pair of the training part of a verification data set.
struct ScoredPair {
  double cosine = 0;
  bool same_person = false;
};

/// The threshold with the best accuracy on the pairs (cosine > threshold means "same"): the middle
/// of the gap between two neighbouring scores, of equal accuracies the lowest. 0 if there is no
/// pair.
double best_threshold(std::span<const ScoredPair> pairs);

}  // namespace csm
