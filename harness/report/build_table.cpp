#include "harness/report/build_table.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/metric/result_name.hpp"
#include "harness/report/model_properties.hpp"

namespace iiet {
namespace {

constexpr const char* kSampleNote =
    "sample data: the few documents that come with the program, not the real data set";

/// The index of a footnote; the same text is one footnote.
std::size_t note(Table& table, const std::string& text) {
  const auto known = std::find(table.notes.begin(), table.notes.end(), text);
  const auto index = static_cast<std::size_t>(known - table.notes.begin());
  if (known == table.notes.end()) table.notes.push_back(text);
  return index;
}

/// Whether papers show the column's values in percent.
bool is_share(const ColumnRequest& request) {
  if (request.task.empty()) return model_property(request.metric, "column").is_share;
  const Metric* metric = metric_of_result(request.metric);
  return metric && metric->unit == Unit::kShare;
}

TableColumn make_column(const ColumnRequest& request) {
  TableColumn column;
  column.task = request.task;
  column.metric = request.metric;
  column.label = request.label.value_or(request.task);
  column.unit = is_share(request) ? "%" : "";
  column.scale = is_share(request) ? 100 : 1;
  column.precision = 2;
  if (request.task.empty()) {
    const ModelProperty& property = model_property(request.metric, "column");
    column.label = request.label.value_or(property.label);
    if (property.name == "evaluations_per_token") column.precision = 0;
  }
  if (!request.relative_to.empty()) {
    column.unit = "× " + request.relative_to;
    column.scale = 1;
    column.metric += "/" + request.relative_to;
  }
  if (request.scale) column.unit = "";  // whoever scales says what the unit is
  column.scale = request.scale.value_or(column.scale);
  column.unit = request.unit.value_or(column.unit);
  column.precision = request.precision.value_or(column.precision);
  return column;
}

TableCell result_cell(Table& table, const MergedResult& result, const std::string& metric) {
  TableCell cell;
  cell.started = result.started;
  cell.failure = result.result.error;
  if (const MetricValue* m = metric_of(result.result, metric)) {
    cell.value = m->value;
    cell.standard_error = m->standard_error;
    cell.sample_data = result.task.sample_data;
  }
  if (cell.sample_data) cell.notes.push_back(note(table, kSampleNote));
  if (cell.value && !std::isfinite(*cell.value))
    cell.notes.push_back(note(table, fmt::format("{} of {} on {} is not a finite number", metric,
                                                 result.result.model, result.result.task)));
  if (!cell.failure.empty())
    cell.notes.push_back(note(
        table, fmt::format("{} on {} failed: {}", result.result.model, result.result.task, cell.failure)));
  if (!result.replaced.empty())
    cell.notes.push_back(
        note(table, fmt::format("{} on {}: from the run of {}, which replaces {}", result.result.model,
                                result.result.task, result.started, fmt::join(result.replaced, ", "))));
  return cell;
}

/// The tasks that a model's property was measured on, those that failed left out.
std::vector<const MergedResult*> basis_of(const MergedReport& report, const ModelRow& model,
                                          const ModelProperty& property) {
  std::vector<const MergedResult*> basis;
  if (!property.tasks) return basis;
  for (const std::string& task : property.tasks(report))
    if (const MergedResult* r = report.find(model.name, task); r && r->result.error.empty())
      basis.push_back(r);
  return basis;
}

/// Means and speeds that rest on sample documents are no better than they are.
TableCell property_cell(Table& table, const MergedReport& report, const ModelRow& model,
                        const std::string& name) {
  const ModelProperty& property = model_property(name, "column");
  TableCell cell;
  cell.value = property.of(report, model);
  const auto basis = basis_of(report, model, property);
  cell.sample_data = cell.value && std::any_of(basis.begin(), basis.end(),
                                               [](const MergedResult* r) { return r->task.sample_data; });
  if (cell.sample_data) cell.notes.push_back(note(table, kSampleNote));
  for (const MergedResult* r : basis)
    if (const MetricValue* m = metric_of(r->result, r->task.accuracy_metric);
        property.is_share && m && !std::isfinite(m->value))
      cell.notes.push_back(
          note(table, fmt::format("{} of {}: includes {} on {}, which is not a finite number", property.label,
                                  model.name, m->name, r->task.name)));
  return cell;
}

TableCell absolute_cell(Table& table, const MergedReport& report, const ModelRow& model,
                        const ColumnRequest& request) {
  if (request.task.empty()) return property_cell(table, report, model, request.metric);
  const MergedResult* result = report.find(model.name, request.task);
  return result ? result_cell(table, *result, request.metric) : TableCell();
}

/// The first model of that name, else of that variant.
const ModelRow* reference_model(const MergedReport& report, const std::string& name) {
  if (const ModelRow* model = report.find_model(name)) return model;
  for (const ModelRow& m : report.models)
    if (m.variant == name) return &m;
  return nullptr;
}

TableCell make_cell(Table& table, const MergedReport& report, const ModelRow& model,
                    const ColumnRequest& request) {
  TableCell cell = absolute_cell(table, report, model, request);
  if (request.relative_to.empty()) return cell;
  Table unused;  // the footnotes of the reference stand in its own row
  const ModelRow* reference = reference_model(report, request.relative_to);
  const TableCell one = reference ? absolute_cell(unused, report, *reference, request) : TableCell();
  cell.standard_error.reset();
  if (cell.value && one.value && *one.value != 0 && std::isfinite(*one.value))
    *cell.value /= *one.value;
  else
    cell.value.reset();
  return cell;
}

TableRow make_row(Table& table, const MergedReport& report, const Layout& layout, const RowRequest& request) {
  const ModelRow& model = *report.find_model(request.model);
  TableRow row;
  row.label = request.label.value_or(model.name);
  row.untrained = model.untrained;
  if (model.untrained)
    row.notes.push_back(note(table, "untrained: random weights; the numbers say nothing about the method"));
  for (const ColumnRequest& column : layout.columns)
    row.cells.push_back(make_cell(table, report, model, column));
  return row;
}

/// Of a task's metric as whoever has it says, of a property as it is.
Better direction(const MergedReport& report, const ColumnRequest& request) {
  if (request.task.empty()) return model_property(request.metric, "column").better;
  for (const MergedResult* r : report.on_task(request.task))
    if (const MetricValue* m = metric_of(r->result, request.metric))
      return m->higher_is_better ? Better::kHigher : Better::kLower;
  return Better::kNeither;
}

/// Whether all results on a task answer the same questions.
bool comparable(const MergedReport& report, const std::string& task) {
  std::set<std::string> conditions;
  for (const MergedResult* r : report.on_task(task))
    if (r->result.error.empty())
      conditions.insert(fmt::format("{} {} {} {}", r->task.data_sha256, r->task.version, r->task.num_fewshot,
                                    r->task.documents));
  return conditions.size() <= 1;
}

/// Whether all models have run the same of the tasks behind a property.
bool same_basis(const MergedReport& report, const ModelProperty& property) {
  std::set<std::vector<std::string>> bases;
  for (const ModelRow& model : report.models) {
    std::vector<std::string> tasks;
    for (const MergedResult* r : basis_of(report, model, property)) tasks.push_back(r->task.name);
    if (property.of(report, model)) bases.insert(tasks);
  }
  return bases.size() <= 1;
}

/// Why the rows of a column must not be compared; empty: they may.
std::vector<std::string> obstacles(const MergedReport& report, const ColumnRequest& request) {
  std::vector<std::string> found, tasks{request.task};
  if (request.task.empty()) {
    const ModelProperty& property = model_property(request.metric, "column");
    tasks = property.tasks ? property.tasks(report) : std::vector<std::string>();
    if (!same_basis(report, property))
      found.push_back("speed and memory: the models have not run the same tasks; none is marked as best");
  }
  for (const std::string& task : tasks)
    if (!comparable(report, task))
      found.push_back(task + ": other documents, versions or examples in some rows; none is marked as best");
  return found;
}

/// A column that rests on sample data in all rows says so in its head.
void raise_sample_note(Table& table, std::size_t c) {
  const std::size_t sample = note(table, kSampleNote);
  table.columns[c].notes.push_back(sample);
  for (TableRow& row : table.rows) std::erase(row.cells[c].notes, sample);
}

bool all_sample_data(const Table& table, std::size_t c) {
  bool any = false;
  for (const TableRow& row : table.rows) {
    if (row.cells[c].value && !row.cells[c].sample_data) return false;
    any = any || row.cells[c].value;
  }
  return any;
}

void mark_best(Table& table, std::size_t c) {
  const Better better = table.columns[c].better;
  std::optional<double> best;
  std::size_t values = 0;
  for (const TableRow& row : table.rows)
    if (const auto& value = row.cells[c].value; value && std::isfinite(*value)) {
      ++values;
      if (!best || (better == Better::kHigher ? *value > *best : *value < *best)) best = value;
    }
  if (better == Better::kNeither || values < 2) return;
  for (TableRow& row : table.rows) row.cells[c].best = row.cells[c].value == best;
}

/// k, M or G where a column of counts is large.
void choose_unit(TableColumn& column, const std::vector<TableRow>& rows, std::size_t c) {
  double largest = 0;
  for (const TableRow& row : rows)
    if (const auto& value = row.cells[c].value; value && std::isfinite(*value))
      largest = std::max(largest, std::abs(*value));
  const std::pair<double, const char*> units[] = {{1e9, "G"}, {1e6, "M"}, {1e3, "k"}};
  for (const auto& [size, name] : units)
    if (largest >= size) {
      column.scale = 1 / size;
      column.unit = name;
      return;
    }
  column.precision = 0;
}

void finish_column(Table& table, const MergedReport& report, const ColumnRequest& request, std::size_t c) {
  TableColumn& column = table.columns[c];
  column.better = direction(report, request);
  if (all_sample_data(table, c)) raise_sample_note(table, c);
  const auto reasons = obstacles(report, request);
  for (const std::string& reason : reasons) column.notes.push_back(note(table, reason));
  if (reasons.empty()) mark_best(table, c);
  const bool as_given = request.scale || request.precision || !request.relative_to.empty();
  if (request.task.empty() && !as_given && model_property(request.metric, "column").is_count_of_units)
    choose_unit(column, table.rows, c);
}

TableCell published_cell(const PublishedRow& row, const ColumnRequest& request) {
  TableCell cell;
  for (const PublishedValue& v : row.values)
    if (v.task == request.task && v.metric == request.metric && request.relative_to.empty()) {
      cell.value = v.value;
      cell.delta_over = v.delta_over;
    }
  return cell;
}

void add_published(Table& table, const Layout& layout, const Published& published) {
  bool any = false;
  for (const PublishedRow& reference : published.rows) {
    TableRow row;
    row.label = reference.model;
    row.source = published.source;
    for (const ColumnRequest& column : layout.columns) row.cells.push_back(published_cell(reference, column));
    if (std::none_of(row.cells.begin(), row.cells.end(),
                     [](const TableCell& c) { return c.value.has_value(); }))
      continue;
    any = true;
    row.notes.push_back(
        note(table, fmt::format("published: {}{}{}", published.source, published.notes.empty() ? "" : "; ",
                                fmt::join(published.notes, "; "))));
    table.rows.push_back(std::move(row));
  }
  if (!any) table.remarks.push_back("no number for these columns in: " + published.source);
}

}  // namespace

Table build_table(const MergedReport& report, const Layout& layout, std::span<const Published> published) {
  Table table;
  table.caption = layout.caption;
  table.with_standard_errors = layout.with_standard_errors;
  for (const ColumnRequest& request : layout.columns) table.columns.push_back(make_column(request));
  std::vector<RowRequest> rows = layout.rows;
  if (rows.empty())
    for (const ModelRow& model : report.models) rows.push_back({model.name, {}});
  for (const RowRequest& row : rows) table.rows.push_back(make_row(table, report, layout, row));
  for (std::size_t c = 0; c < layout.columns.size(); ++c) finish_column(table, report, layout.columns[c], c);
  table.remarks = report.notes;
  for (const Published& source : published) add_published(table, layout, source);
  return table;
}

}  // namespace iiet
