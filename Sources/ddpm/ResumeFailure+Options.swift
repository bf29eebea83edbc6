import Formats
import Training

extension ResumeFailure {
  /// What the options of a checkpoint are called on the command line; of a name that is not here its beginning is.
  private static let optionNames = [
    "network.block_out_channels": "--channels times --multipliers", "network.down_block_types": "--attention",
    "network.up_block_types": "--attention", "network.layers_per_block": "--blocks",
    "network.dropout": "--dropout", "network.sample_size": "--dataset: size",
    "data.pictures": "--dataset or --limit: pictures", "data.shape": "--dataset: shape",
    "data.digest": "--dataset: digest of the pictures", "pictures_per_epoch": "--limit",
    "scheduler": "--noise", "settings.batch_size": "--batch-size", "settings.learning_rate": "--decay",
    "settings.learning_rate.peak": "--learning-rate", "settings.learning_rate.warm_up": "--warm-up",
    "settings.average_decay": "--average", "settings.seed": "--seed",
  ]

  /// The same failure with the names that the reader knows, each once, and without what only follows from another.
  var onCommandLine: ResumeFailure {
    guard case .options(let file, let changes) = self else { return self }
    var named: [ChangedOption] = []
    var names: Set<String> = []
    for change in changes where !change.follows(from: changes) {
      let known = Self.optionNames.keys.filter { change.name == $0 || change.name.hasPrefix("\($0).") }
      let name = known.max { $0.count < $1.count }.flatMap { Self.optionNames[$0] } ?? change.name
      if names.insert(name).inserted {
        named.append(ChangedOption(name, had: change.had, asked: change.asked))
      }
    }
    return .options(file: file, named)
  }
}

extension ResumeFailure.ChangedOption {
  /// Whether the option had to change with another one.
  fileprivate func follows(from changes: [Self]) -> Bool {
    switch name {
    case "network.sample_size", "data.shape", "data.digest":
      // Other pictures, or more of them.
      changes.contains { $0.name == "data.pictures" }
    case "network.down_block_types", "network.up_block_types":
      // Another number of stages.
      (try? had?.elements.count) != (try? asked?.elements.count)
    case "pictures_per_epoch":
      // Only one of the two data sets never repeats.
      had == nil || asked == nil
    default: false
    }
  }
}
