#include "html_text.h"

#include <cstddef>
#include <cstdint>

#include "csm/core/text.h"

namespace csm {

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : as_utf8(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t block = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      block = block << 8U | (i + k < bytes.size() ? static_cast<std::uint8_t>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k <= bytes.size() ? letters[block >> (18 - 6 * k) & 63U] : '=';
    }
  }
  return text;
}

std::string png_element(std::string_view png, const std::string& alternative) {
  return "<img alt=\"" + escape_html(alternative) + "\" src=\"data:image/png;base64," +
         base64(png) + "\">\n";
}

std::string table_element(const std::vector<std::vector<std::string>>& rows,
                          std::size_t first_number_column) {
  std::string html = "<div class=\"wide\"><table>\n";
  for (std::size_t r = 0; r < rows.size(); ++r) {
    html += "<tr>";
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      const std::string tag = r == 0 ? "th" : "td";
      html.append("<").append(tag).append(c >= first_number_column ? " class=\"number\">" : ">");
      html.append(escape_html(rows[r][c])).append("</").append(tag).append(">");
    }
    html += "</tr>\n";
  }
  return html + "</table></div>\n";
}

}  // namespace csm
