#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/files.hpp"

namespace iiet {

/// One tensor of a safetensors file, in the mapped file.
struct StoredTensor {
  std::string dtype;  // F64, F32, F16, BF16
  std::vector<std::int64_t> shape;
  std::string_view bytes;  // row-major, little-endian
};

/// The tensors of a model folder: `model.safetensors`, or the shards that `model.safetensors.index.json`
/// names. Files are memory-mapped. Format: 8 bytes little-endian header length, JSON header, data; every
/// offset is checked (inside the file, no overlap, size as dtype and shape say). Nothing is ever unpickled.
/// Throws InputError naming file and tensor.
class SafeTensors {
 public:
  explicit SafeTensors(const std::filesystem::path& folder);
  const std::map<std::string, StoredTensor>& tensors() const { return tensors_; }
  const std::vector<std::filesystem::path>& files() const { return paths_; }

 private:
  void open_file(const std::filesystem::path& path);
  std::vector<std::filesystem::path> paths_;
  std::vector<std::unique_ptr<MappedFile>> files_;
  std::map<std::string, StoredTensor> tensors_;
};

/// SHA-256 over the weight files of a folder, in the order of their names.
std::string weights_fingerprint(const std::filesystem::path& folder);

/// A tensor that is to be written: all but its bytes.
struct TensorOutline {
  std::string name, dtype;
  std::vector<std::int64_t> shape;
};

/// Writes a safetensors file whole or not at all, data aligned to 8 bytes. `bytes_of` is asked for the bytes
/// of one tensor after the other, in order; what it gives may go when it is asked for the next. Throws Error
/// where their number is not what the outline says.
void write_safetensors(const std::filesystem::path& path, const std::vector<TensorOutline>& tensors,
                       const std::function<std::string_view(std::size_t tensor)>& bytes_of);

}  // namespace iiet
