#pragma once
#include <hdf5.h>

#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "csm/store/cis_part_file.h"
#include "csm/store/result.h"
#include "field_terms.h"
#include "group_schema.h"
#include "h5_file.h"

/// The parts of the result file: each writes its groups into /entry by its tables of fields, and
/// gives their schema. Errors: H5Failure.
namespace csm {

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

/// A group with one text for each name; dashes become underscores, as attributes and Python names
/// want it.
void write_named_texts(hid_t parent, const GroupInfo& info, const NamedTexts& texts);

/// The name of an object after a text of the user, made unique among `taken`, which it joins.
std::string unique_name(const std::string& text, std::set<std::string>& taken);

/// An NXdata group with a map, its errors and the number of images of each pixel.
H5Handle write_map(hid_t parent, const std::string& name, const CanonicalMap& map,
                   const FieldTerms& terms, const std::string& title);
GroupSchema map_schema(const GroupInfo& group);

/// /entry/cms, /entry/face_lost, /entry/groups, /entry/group_difference, /entry/convergence,
/// /entry/mean_face, /entry/overlay.
void write_maps(hid_t entry, const Result& result, const FieldTerms& terms);
std::vector<GroupSchema> maps_schema();

/// /entry/regions, /entry/images, /entry/failures, /entry/options, /entry/versions, /entry/inputs.
void write_tables(hid_t entry, const Result& result, const FieldTerms& terms);
std::vector<GroupSchema> tables_schema();

/// /entry/evaluation: the network's scores of images that were altered by maps, and the CMS of each
/// method.
/// @pre result.faithfulness is not empty
void write_evaluation(hid_t entry, const Result& result, const FieldTerms& terms);
std::vector<GroupSchema> evaluation_schema();

/// /entry/intervals: how far the CMS would change with other persons.
void write_intervals(hid_t entry, const MapIntervals& intervals, const FieldTerms& terms);
std::vector<GroupSchema> intervals_schema();

/// Intervals, findings and clusters, those that are there.
void write_inference(hid_t entry, const Inference& inference, const FieldTerms& terms);

/// /entry/findings: how groups differ, beyond chance.
void write_findings(hid_t entry, const std::vector<ColumnFindings>& findings,
                    const FieldTerms& terms);
std::vector<GroupSchema> findings_schema();

/// /entry/clusters: kinds of explanations.
void write_clusters(hid_t entry, const MapClusters& clusters, const FieldTerms& terms);
std::vector<GroupSchema> clusters_schema();

/// /entry/canonical.
void write_canonical(hid_t entry, const CanonicalFace& canonical);
std::vector<GroupSchema> canonical_schema();

/// /entry/process: everything that depends on time, rank or host.
void write_process(hid_t entry, const Result& result);
std::vector<GroupSchema> process_schema();

/// /entry/cis: the maps of the part files, copied without decompression, in the order of the images
/// that are ok. Errors: also RunError if a part file lacks an image.
void write_cis(H5File& file, hid_t entry, const Result& result, const FieldTerms& terms,
               std::span<const CisPart> parts);
GroupSchema cis_schema();

}  // namespace csm
