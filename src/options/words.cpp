#include "csm/options/words.h"

#include <array>

namespace csm {
namespace {

constexpr std::array<EnumWord<DatasetFormat>, 6> dataset_format_words = {
    {{DatasetFormat::automatic, "auto"},
     {DatasetFormat::folder, "folder"},
     {DatasetFormat::manifest, "manifest"},
     {DatasetFormat::celeba, "celeba"},
     {DatasetFormat::lfw, "lfw"},
     {DatasetFormat::tar, "tar"}}};
constexpr std::array<EnumWord<LabelNumbers>, 3> label_numbers_words = {
    {{LabelNumbers::automatic, "auto"},
     {LabelNumbers::values, "values"},
     {LabelNumbers::indices, "indices"}}};
constexpr std::array<EnumWord<Half>, 3> half_words = {
    {{Half::all, "all"}, {Half::first, "first"}, {Half::second, "second"}}};
constexpr std::array<EnumWord<Device>, 3> device_words = {
    {{Device::automatic, "auto"}, {Device::cpu, "cpu"}, {Device::cuda, "cuda"}}};
constexpr std::array<EnumWord<Confidence>, 5> confidence_words = {
    {{Confidence::log_odds, "log_odds"},
     {Confidence::probability, "probability"},
     {Confidence::logit, "logit"},
     {Confidence::cosine, "cosine"},
     {Confidence::verification, "verification"}}};
constexpr std::array<EnumWord<Target>, 2> target_words = {
    {{Target::predicted, "predicted"}, {Target::label, "label"}}};
constexpr std::array<EnumWord<MeshSource>, 2> mesh_source_words = {
    {{MeshSource::network, "network"}, {MeshSource::files, "files"}}};
constexpr std::array<EnumWord<FaceChoice>, 2> face_choice_words = {
    {{FaceChoice::largest, "largest"}, {FaceChoice::central, "central"}}};
constexpr std::array<EnumWord<Visibility>, 2> visibility_words = {
    {{Visibility::all, "all"}, {Visibility::front_facing, "front-facing"}}};
constexpr std::array<EnumWord<MeshCheck>, 2> mesh_check_words = {
    {{MeshCheck::on, "on"}, {MeshCheck::off, "off"}}};
constexpr std::array<EnumWord<FillKind>, 5> fill_kind_words = {{{FillKind::mean, "mean"},
                                                                {FillKind::zero, "zero"},
                                                                {FillKind::blur, "blur"},
                                                                {FillKind::noise, "noise"},
                                                                {FillKind::colour, "COLOUR"}}};
constexpr std::array<EnumWord<Quality>, 3> quality_words = {
    {{Quality::draft, "draft"}, {Quality::standard, "standard"}, {Quality::full, "full"}}};
constexpr std::array<EnumWord<Engine>, 4> engine_words = {{{Engine::automatic, "auto"},
                                                           {Engine::full, "full"},
                                                           {Engine::incremental, "incremental"},
                                                           {Engine::adaptive, "adaptive"}}};
constexpr std::array<EnumWord<Precision>, 2> precision_words = {
    {{Precision::float32, "float32"}, {Precision::bfloat16, "bfloat16"}}};
constexpr std::array<EnumWord<MapSign>, 2> map_sign_words = {
    {{MapSign::positive, "positive"}, {MapSign::both, "both"}}};
constexpr std::array<EnumWord<DensityNormalisation>, 2> density_normalisation_words = {
    {{DensityNormalisation::on, "on"}, {DensityNormalisation::off, "off"}}};
constexpr std::array<EnumWord<Mirror>, 3> mirror_words = {
    {{Mirror::off, "off"}, {Mirror::map, "map"}, {Mirror::image, "image"}}};
constexpr std::array<EnumWord<Schedule>, 2> schedule_words = {
    {{Schedule::fixed, "static"}, {Schedule::dynamic, "dynamic"}}};
constexpr std::array<EnumWord<Restart>, 3> restart_words = {
    {{Restart::never, "never"}, {Restart::automatic, "auto"}, {Restart::require, "require"}}};

}  // namespace

bool may_stop(const StopOptions& options) {
  return options.standard_error || options.agreement || options.time_limit;
}

bool is_evaluated(const StudyOptions& options) {
  return !options.evaluate.empty() || !options.evaluate_cms.empty();
}

std::span<const EnumWord<DatasetFormat>> words_of(DatasetFormat) { return dataset_format_words; }
std::span<const EnumWord<LabelNumbers>> words_of(LabelNumbers) { return label_numbers_words; }
std::span<const EnumWord<Half>> words_of(Half) { return half_words; }
std::span<const EnumWord<Device>> words_of(Device) { return device_words; }
std::span<const EnumWord<Confidence>> words_of(Confidence) { return confidence_words; }
std::span<const EnumWord<Target>> words_of(Target) { return target_words; }
std::span<const EnumWord<MeshSource>> words_of(MeshSource) { return mesh_source_words; }
std::span<const EnumWord<FaceChoice>> words_of(FaceChoice) { return face_choice_words; }
std::span<const EnumWord<Visibility>> words_of(Visibility) { return visibility_words; }
std::span<const EnumWord<MeshCheck>> words_of(MeshCheck) { return mesh_check_words; }
std::span<const EnumWord<FillKind>> words_of(FillKind) { return fill_kind_words; }
std::span<const EnumWord<Quality>> words_of(Quality) { return quality_words; }
std::span<const EnumWord<Engine>> words_of(Engine) { return engine_words; }
std::span<const EnumWord<Precision>> words_of(Precision) { return precision_words; }
std::span<const EnumWord<MapSign>> words_of(MapSign) { return map_sign_words; }
std::span<const EnumWord<DensityNormalisation>> words_of(DensityNormalisation) {
  return density_normalisation_words;
}
std::span<const EnumWord<Mirror>> words_of(Mirror) { return mirror_words; }
std::span<const EnumWord<Schedule>> words_of(Schedule) { return schedule_words; }
std::span<const EnumWord<Restart>> words_of(Restart) { return restart_words; }

}  // namespace csm
