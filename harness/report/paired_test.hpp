#pragma once

#include <string>

#include "harness/report/samples.hpp"

namespace iiet {

/// What a test on the same documents says.
struct PairedTest {
  double p_value = 1;
  std::string method;  // for people
};

/// Compares a result of two runs, document by document: the exact McNemar test where all values are 0 or 1,
/// else a paired bootstrap of the metric. Corpus metrics (bleu, chrf, chrf++, ter) are computed anew from the
/// logged texts. Throws InputError where the values are of no form that `eval` logs.
PairedTest paired_test(const std::string& result, const LoggedValues& old_run, const LoggedValues& new_run);

/// Whether these documents give the value of the report. They do not where a later run without
/// `--log-samples`, or one of another report, left its files in the same folder.
bool gives_value(const std::string& result, const LoggedValues& run, double reported);

}  // namespace iiet
