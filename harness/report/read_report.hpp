#pragma once

#include <filesystem>
#include <string>

#include "harness/report/report.hpp"

namespace iiet {

/// A report file of schema 1, as `eval` writes it. Throws InputError naming file and place where it is no
/// JSON, of another schema, a field is missing, unknown or of another type, or rows contradict each other.
/// Metrics that are not finite are held as "NaN", "Infinity" or "-Infinity"; other numbers are finite.
/// `context` may hold more than is known here.
Report read_report(const std::filesystem::path& path);

/// The inverse of to_json; `where` names the source in messages.
Report report_from_json(const Json& json, const std::string& where);

}  // namespace iiet
