#pragma once
#include <string>
#include <utility>
#include <vector>

#include "csm/measure/job.h"

namespace csm {

/// What makes a job this job and no other, as (name, value): the options that change the result,
/// the hashes of model, mesh and list of images, the kind of device, the program's version, the
/// columns of an image. Two runs with the same values may share checkpoints. Not among them: ranks,
/// threads, schedule, output, and how many images may fail.
using JobIdentity = std::vector<std::pair<std::string, std::string>>;

JobIdentity identify_job(const Job& job);

std::string pack_identity(const JobIdentity& identity);
JobIdentity unpack_identity(const std::string& bytes);

/// What two jobs differ in, such as "patch-size is '15' here and '11' there"; empty if they are
/// the same.
std::vector<std::string> describe_differences(const JobIdentity& here, const JobIdentity& there);

/// The hash of the list of images with the columns that the run uses.
std::string hash_of_images(const Job& job);

}  // namespace csm
