#pragma once

#include <span>

#include "harness/report/layout.hpp"
#include "harness/report/published.hpp"
#include "harness/report/table.hpp"

namespace iiet {

/// The table of a layout: the models of the reports, then the published rows that have a number in one of its
/// columns. Best values are those of the reports' models, where all of a column rest on the same documents.
Table build_table(const MergedReport& report, const Layout& layout, std::span<const Published> published);

}  // namespace iiet
