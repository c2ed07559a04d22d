#pragma once
#include <string>
#include <vector>

#include "csm/report/pictures.h"

namespace csm {

/// The PNG files of the report, as bytes.
struct ReportPictures {
  std::string map;
  std::string convergence;
  std::string regions;
};

/// A self-contained HTML page: pictures inside, no script, nothing loaded from elsewhere.
std::string html_report(const Result& result, const std::vector<ExampleImage>& examples,
                        const ReportPictures& pictures);

}  // namespace csm
