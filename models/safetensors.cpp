#include "models/safetensors.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <set>

#include "harness/base/error.hpp"

namespace iiet {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kMaximumHeader = 100'000'000;

std::size_t element_size(const std::string& dtype, const std::string& where) {
  if (dtype == "F64") return 8;
  if (dtype == "F32") return 4;
  if (dtype == "F16" || dtype == "BF16") return 2;
  throw InputError(
      fmt::format("{}: dtype '{}' is not supported; allowed: F64, F32, F16, BF16", where, dtype));
}

/// Bytes that dtype and shape ask for; refuses negative sizes and products beyond 2^62.
std::uint64_t size_in_bytes(const std::string& dtype, const std::vector<std::int64_t>& shape,
                            const std::string& where) {
  std::uint64_t size = element_size(dtype, where);
  for (const std::int64_t extent : shape) {
    require(extent >= 0, "{}: shape: negative size {}", where, extent);
    require(extent == 0 || size <= (std::uint64_t{1} << 62) / static_cast<std::uint64_t>(extent),
            "{}: shape: absurdly large", where);
    size *= static_cast<std::uint64_t>(extent);
  }
  return size;
}

struct Range {
  std::uint64_t begin, end;
  std::string name;
};

StoredTensor read_entry(const Json& entry, std::string_view data, Range& range, const std::string& where) {
  require(entry.is_object() && entry.contains("dtype") && entry.contains("shape") &&
              entry.contains("data_offsets"),
          "{}: expected dtype, shape and data_offsets", where);
  StoredTensor tensor;
  require(entry["dtype"].is_string(), "{}: dtype: expected a string", where);
  tensor.dtype = entry["dtype"].get<std::string>();
  require(entry["shape"].is_array() && entry["shape"].size() <= 8,
          "{}: shape: expected a list of at most 8 sizes", where);
  for (const Json& extent : entry["shape"]) {
    require(extent.is_number_integer() &&
                !(extent.is_number_unsigned() &&
                  extent.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()),
            "{}: shape: expected integers, got {}", where, extent.dump());
    tensor.shape.push_back(extent.get<std::int64_t>());
  }
  const Json& offsets = entry["data_offsets"];
  require(offsets.is_array() && offsets.size() == 2 && offsets[0].is_number_unsigned() &&
              offsets[1].is_number_unsigned(),
          "{}: data_offsets: expected [begin, end]", where);
  range.begin = offsets[0].get<std::uint64_t>();
  range.end = offsets[1].get<std::uint64_t>();
  require(range.begin <= range.end && range.end <= data.size(),
          "{}: data_offsets [{}, {}] lie outside the data ({} bytes): the file is truncated or damaged",
          where, range.begin, range.end, data.size());
  const std::uint64_t wanted = size_in_bytes(tensor.dtype, tensor.shape, where);
  require(range.end - range.begin == wanted, "{}: data_offsets hold {} bytes, dtype and shape ask for {}",
          where, range.end - range.begin, wanted);
  tensor.bytes = data.substr(range.begin, range.end - range.begin);
  return tensor;
}

/// A JSON parser keeps one of two members of the same name without a word.
void refuse_repeated_names(std::string_view header, const std::string& where) {
  std::vector<std::set<std::string>> names;
  const auto watch = [&](int, Json::parse_event_t event, const Json& parsed) {
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end) names.pop_back();
    if (event == Json::parse_event_t::key)
      require(names.back().insert(parsed.get<std::string>()).second, "{}: '{}' occurs twice", where,
              parsed.get<std::string>());
    return true;
  };
  [[maybe_unused]] const Json watched = Json::parse(header, watch);
}

/// The format allows neither overlaps nor bytes that belong to no tensor.
void check_layout(std::vector<Range> ranges, std::uint64_t size, const std::string& where) {
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
  std::uint64_t end = 0;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    require(ranges[i].begin >= end, "{}: tensors '{}' and '{}' overlap", where, ranges[i - (i > 0)].name,
            ranges[i].name);
    require(ranges[i].begin == end, "{}: {} bytes before tensor '{}' belong to no tensor", where,
            ranges[i].begin - end, ranges[i].name);
    end = ranges[i].end;
  }
  require(end == size, "{}: {} bytes behind the last tensor", where, size - end);
}

/// Shard names of an index, relative file names only.
std::set<std::string> shards_of(const fs::path& index_path, std::map<std::string, std::string>& places) {
  const Json index = read_json(index_path);
  require(index.is_object() && index.contains("weight_map") && index["weight_map"].is_object(),
          "{}: weight_map is missing", index_path.string());
  std::set<std::string> shards;
  for (const auto& [name, file] : index["weight_map"].items()) {
    require(file.is_string(), "{}: weight_map: {}: expected a file name", index_path.string(), name);
    const auto text = file.get<std::string>();
    require(!text.empty() && fs::path(text).filename() == text,
            "{}: weight_map: {}: '{}' is not a plain file name", index_path.string(), name, text);
    places[name] = text;
    shards.insert(text);
  }
  require(!shards.empty(), "{}: weight_map is empty", index_path.string());
  return shards;
}

}  // namespace

SafeTensors::SafeTensors(const fs::path& folder) {
  const fs::path single = folder / "model.safetensors", index = folder / "model.safetensors.index.json";
  if (fs::exists(single)) {
    open_file(single);
    return;
  }
  require(fs::exists(index), "{}: neither model.safetensors nor model.safetensors.index.json is there{}",
          folder.string(),
          fs::exists(folder / "pytorch_model.bin") ? " (pytorch_model.bin is a pickle, which is never read)"
                                                   : "");
  std::map<std::string, std::string> places;
  for (const std::string& shard : shards_of(index, places)) open_file(folder / shard);
  for (const auto& [name, file] : places)
    require(tensors_.contains(name), "{}: tensor '{}' is not in {}", index.string(), name, file);
}

void SafeTensors::open_file(const fs::path& path) {
  const std::string where = path.string();
  paths_.push_back(path);
  const std::string_view bytes = files_.emplace_back(std::make_unique<MappedFile>(path))->bytes();
  require(bytes.size() >= 8, "{}: shorter than the 8 bytes of a safetensors header", where);
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  require(length <= kMaximumHeader, "{}: header of {} bytes; at most {} are allowed", where, length,
          kMaximumHeader);
  require(length <= bytes.size() - 8, "{}: header of {} bytes does not fit into the file ({} bytes)", where,
          length, bytes.size());
  const Json header = parse_json(bytes.substr(8, length), where + ": header");
  refuse_repeated_names(bytes.substr(8, length), where + ": header");
  require(header.is_object(), "{}: header: expected an object", where);
  const std::string_view data = bytes.substr(8 + length);
  std::vector<Range> ranges;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") continue;
    Range range{0, 0, name};
    StoredTensor tensor = read_entry(entry, data, range, where + ": " + name);
    require(tensors_.emplace(name, std::move(tensor)).second, "{}: tensor '{}' occurs twice", where, name);
    if (range.begin < range.end) ranges.push_back(range);
  }
  check_layout(std::move(ranges), data.size(), where);
}

std::string weights_fingerprint(const fs::path& folder) {
  const SafeTensors weights(folder);
  if (weights.files().size() == 1) return sha256_of_file(weights.files().front());
  std::string all;
  for (const fs::path& path : weights.files()) all += sha256_of_file(path);
  return sha256(all);
}

void write_safetensors(const fs::path& path, const std::vector<TensorOutline>& tensors,
                       const std::function<std::string_view(std::size_t tensor)>& bytes_of) {
  Json header = Json::object();
  header["__metadata__"] = {{"format", "pt"}};
  std::vector<std::uint64_t> sizes;
  std::uint64_t at = 0;
  for (const TensorOutline& tensor : tensors) {
    sizes.push_back(size_in_bytes(tensor.dtype, tensor.shape, tensor.name));
    header[tensor.name] = {
        {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {at, at + sizes.back()}}};
    at += sizes.back();
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  const std::uint64_t length = text.size();
  AtomicFile file(path);
  file.write({reinterpret_cast<const char*>(&length), 8});
  file.write(text);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const std::string_view bytes = bytes_of(i);
    if (bytes.size() != sizes[i])
      throw Error(fmt::format("{}: {}: {} bytes were given, dtype and shape ask for {}", path.string(),
                              tensors[i].name, bytes.size(), sizes[i]));
    file.write(bytes);
  }
  file.commit();
}

}  // namespace iiet
