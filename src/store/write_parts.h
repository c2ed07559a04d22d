#pragma once
#include <hdf5.h>

#include <span>

#include "csm/store/cis_part_file.h"
#include "csm/store/result.h"
#include "h5_file.h"

/// The parts of the result file; each writes its groups into /entry. Errors: H5Failure.
namespace csm {

/// An NXdata group with a map, its errors and the number of images of each pixel.
H5Handle write_map(hid_t parent, const std::string& name, const CanonicalMap& map,
                   const MapWords& words, const std::string& title);

/// /entry/cms, /entry/groups, /entry/group_difference, /entry/convergence, /entry/mean_face,
/// /entry/overlay.
void write_maps(hid_t entry, const Result& result);

/// /entry/regions, /entry/images, /entry/failures, /entry/options, /entry/versions, /entry/inputs.
void write_tables(hid_t entry, const Result& result);

/// /entry/evaluation: the network's scores of images that were altered by maps, and the CMS of each
/// method.
/// @pre result.faithfulness is not empty
void write_evaluation(hid_t entry, const Result& result);

/// /entry/canonical.
void write_canonical(hid_t entry, const CanonicalFace& canonical);

/// /entry/process: everything that depends on time, rank or host.
void write_process(hid_t entry, const Result& result);

/// /entry/cis: the maps of the part files, copied without decompression, in the order of the images
/// that are ok. Errors: also RunError if a part file lacks an image.
void write_cis(H5File& file, hid_t entry, const Result& result, std::span<const CisPart> parts);

}  // namespace csm
