#pragma once
#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace csm {

/// Where a rank's time goes. `decode` and `mesh` are times of the thread that loads the next images
/// beside the work; the others follow one another: `forward` is the part of `occlusion` inside the
/// network; `explain` makes the map of a baseline method; `evaluate` makes the maps of --evaluate
/// and evaluates all; `load_wait` is the time that the work stood still while its image was being
/// loaded; `wait` is for the next image to be dealt, and at the end for the other ranks; `keep`
/// adds an image to the sums, and with --save-cis writes its map; `infer` makes intervals and
/// tests.
enum class Phase : unsigned char {
  prepare,
  references,
  decode,
  mesh,
  load_wait,
  occlusion,
  forward,
  explain,
  saliency,
  evaluate,
  keep,
  checkpoint,
  wait,
  reduce,
  infer
};

/// The names of the phases, which are columns of result files.
inline constexpr std::array<std::string_view, 15> phase_names = {
    "prepare", "references", "decode", "mesh", "load_wait", "occlusion", "forward", "explain",
    // terms: allow, a column of result files
    "saliency", "judge", "keep", "checkpoint", "wait", "reduce", "infer"};

/// Seconds per phase of one rank.
class PhaseClock {
 public:
  void add(Phase phase, double seconds) { seconds_[static_cast<std::size_t>(phase)] += seconds; }

  /// Adds the times of another clock, such as that of another thread.
  void add(const PhaseClock& other);

  double seconds(Phase phase) const { return seconds_[static_cast<std::size_t>(phase)]; }

  /// (name, seconds) in the order of `Phase`.
  std::vector<std::pair<std::string, double>> table() const;

  /// Runs `work` and adds its time to the phase; returns what it returns.
  template <class Work>
  auto time(Phase phase, Work&& work) {
    const Stopwatch stopwatch(*this, phase);
    return std::forward<Work>(work)();
  }

 private:
  class Stopwatch {
   public:
    Stopwatch(PhaseClock& clock, Phase phase)
        : clock_(clock), phase_(phase), start_(std::chrono::steady_clock::now()) {}
    ~Stopwatch() {
      clock_.add(phase_,
                 std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count());
    }
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;

   private:
    PhaseClock& clock_;
    Phase phase_;
    std::chrono::steady_clock::time_point start_;
  };

  std::array<double, phase_names.size()> seconds_{};
};

}  // namespace csm
