#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace iiet {

/// `data import`: declares its flags and returns what runs after parsing.
std::function<int()> configure_data_import(CLI::App& parser);

}  // namespace iiet
