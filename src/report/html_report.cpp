#include "html_report.h"

#include "classification_section.h"
#include "html_sections.h"
#include "html_text.h"

namespace csm {
namespace {

constexpr const char* style =
    "<style>\n"
    ":root{color-scheme:light "
    "dark;--ink:#212529;--soft:#5f6368;--line:#dadce0;--page:#fff;--note:#f1f3f4}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#9aa0a6;--line:#3c4043;--page:#"
    "18191b;--note:#26282b}"
    "}\n"
    "body{font:16px/1.55 "
    "system-ui,sans-serif;color:var(--ink);background:var(--page);max-width:68rem;margin:2rem auto;"
    "padding:0 1rem}\n"
    "h1{font-size:1.7rem;line-height:1.25}h2{margin-top:2.2rem;border-bottom:1px solid "
    "var(--line);padding-bottom:.2rem}\n"
    "img{max-width:100%;height:auto;border-radius:4px;background:#fff}\n"
    ".wide{overflow-x:auto}table{border-collapse:collapse;margin:.6rem 0;font-size:.92rem}\n"
    "th,td{border-bottom:1px solid var(--line);padding:.25rem .8rem .25rem "
    "0;text-align:left;vertical-align:top;"
    "overflow-wrap:anywhere}\n"
    "th{color:var(--soft);font-weight:600}.number{text-align:right;font-variant-numeric:tabular-"
    "nums;padding-left:."
    "8rem}\n"
    ".remarks{background:var(--note);border-radius:6px;padding:.8rem 1rem .8rem 2rem}\n"
    ".warnings{border-left:6px solid "
    "#c5221f;background:var(--note);border-radius:6px;padding:.8rem 1rem .8rem 2rem;"
    "font-weight:600}\n"
    ".examples{display:grid;grid-template-columns:repeat(auto-fill,minmax(21rem,1fr));gap:1.2rem}\n"
    ".maps{display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:.6rem;margin-"
    "bottom:1rem}\n"
    "figure{margin:0}.pair{display:flex;gap:.5rem;align-items:flex-start}.pair img{flex:1 1 "
    "0;min-width:0}"
    "figcaption{font-size:.85rem;color:var(--soft);overflow-wrap:anywhere}\n"
    "code{background:var(--note);padding:.1rem .3rem;border-radius:3px;overflow-wrap:anywhere}"
    "summary{cursor:pointer;color:var(--soft)}\n"
    "</style>\n";

}  // namespace

std::string html_report(const Result& result, const std::vector<ExampleImage>& examples,
                        const ReportPictures& pictures) {
  const std::string title = escape_html(result.title);
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>" +
         title + "</title>\n" + style + "</head>\n<body>\n<h1>" + title + "</h1>\n" +
         warning_section(result) +
         png_element(pictures.map, "The canonical saliency map over the mean face") +
         meaning_section(result) + classification_section(result) +
         "<h2>Regions of the face</h2>\n" +
         png_element(pictures.regions, "Mean saliency of each region with its interval") +
         region_section(result) + group_section(result) + "<h2>How many images are enough</h2>\n" +
         png_element(pictures.convergence,
                     "Agreement of the map with the final map over the number of images") +
         convergence_section(result) + example_section(result, examples) +
         faithfulness_section(result, examples) + failure_section(result) + record_section(result) +
         "</body>\n</html>\n";
}

}  // namespace csm
