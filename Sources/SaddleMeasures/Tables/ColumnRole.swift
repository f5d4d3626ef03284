import SaddleNumerics

/// What a column of a table may hold, and what it is usually called.
public struct ColumnRole: Sendable, Equatable {
    /// The setting that names the column: "width_column".
    public let key: String
    /// As in "no column of widths".
    public let title: String
    /// Usual names, the likeliest first; words are separated by underscores.
    public let names: [String]

    /// A setting's key, a title and usual names.
    public init(_ key: String, _ title: String, _ names: [String]) { (self.key, self.title, self.names) = (key, title, names) }

    /// Widths of networks.
    public static let width = ColumnRole(
        "width_column", "widths",
        [
            "width", "n", "d_model", "hidden_size", "hidden_dim", "hidden_width", "model_dim", "n_embd", "embed_dim", "hidden",
            "dim", "units", "channels", "size",
        ])
    /// Steps of training, or another time.
    public static let step = ColumnRole(
        "step_column", "steps", ["step", "steps", "global_step", "iteration", "iter", "t", "update", "epoch", "batch"])
    /// Which module or layer a row is of.
    public static let module = ColumnRole(
        "module_column", "names of modules",
        ["module", "layer", "name", "module_name", "layer_name", "parameter", "param", "tag"])
    /// Sizes of activations, or other values of modules.
    public static let value = ColumnRole(
        "value_column", "values",
        ["value", "rms", "l1", "mean_abs", "abs_mean", "l2", "norm", "size", "std", "mean", "coord", "act"])
    /// Seeds: what tells runs of one setting apart.
    public static let seed = ColumnRole(
        "seed_column", "seeds", ["seed", "random_seed", "run", "trial", "repeat", "replica", "replicate", "run_id", "run_name"])
    /// Learning rates, or their logarithms to base 2.
    public static let rate = ColumnRole(
        "rate_column", "learning rates",
        ["rate", "learning_rate", "lr", "eta", "log2lr", "log2_lr", "base_lr", "max_lr", "peak_lr", "step_size"])
    /// Losses: the smaller, the better.
    public static let loss = ColumnRole(
        "loss_column", "losses",
        [
            "loss", "test_loss", "val_loss", "valid_loss", "validation_loss", "eval_loss", "final_loss", "train_loss",
            "training_loss", "error", "test_error", "perplexity", "value",
        ])
    /// Losses, or scores, which are better if larger.
    public static let outcome = ColumnRole(
        "loss_column", "losses",
        loss.names.dropLast() + [
            "test_accuracy", "val_accuracy", "accuracy", "test_acc", "val_acc", "acc", "score", "reward", "return", "metric",
            "value",
        ])
    /// Which of several models, methods or settings.
    public static let group = ColumnRole(
        "group_column", "names of groups",
        ["group", "model", "method", "config", "variant", "arm", "setting", "condition", "optimizer", "architecture", "name"])
    /// How many networks an ensemble averages.
    public static let members = ColumnRole(
        "members_column", "sizes of ensembles",
        ["members", "ensemble_size", "ensemble", "k", "n_members", "n_models", "networks"])
    /// Targets: what outputs on samples should be.
    public static let target = ColumnRole("target_column", "targets", ["target", "label", "truth", "y", "y_true", "targets"])
    /// Whether a row has a size of activations or of their change.
    public static let kind = ColumnRole("kind_column", "kinds of values", ["of", "kind", "type", "what", "quantity"])
    /// Resources of a training: the size of the model, the amount of data, operations.
    public static let modelSize = ColumnRole(
        "size_column", "sizes of models",
        [
            "n", "params", "parameters", "model_size", "n_params", "num_params", "n_parameters", "non_embedding_params",
            "non_embedding_parameters", "model_params", "size", "width", "d_model", "hidden_size",
        ])
    /// Amounts of data, in samples or tokens.
    public static let dataSize = ColumnRole(
        "data_column", "amounts of data",
        [
            "d", "tokens", "training_tokens", "n_tokens", "train_tokens", "num_tokens", "dataset_size", "data", "data_size",
            "samples", "train_samples", "n_samples",
        ])
    /// Compute: operations of a whole training.
    public static let compute = ColumnRole(
        "compute_column", "amounts of compute",
        ["c", "flops", "flop", "compute", "training_flop", "training_flops", "train_flops", "pflops"])
    /// Names of schedules of the learning rate.
    public static let schedule = ColumnRole(
        "schedule_column", "names of schedules", ["schedule", "lr_schedule", "scheduler", "run", "name"])
}

extension ColumnRole {
    /// The column that is called exactly so, whatever stands between words; of several the first of the usual names.
    ///
    /// - Parameter taken: columns that are something else.
    func column(of csv: CSV, besides taken: [Int] = []) -> Int? {
        let words = (csv.header ?? []).map(TableColumns.words)
        let exact = TableColumns.candidates(self, words).filter { $0.rank < names.count && !taken.contains($0.column) }
        return exact.min { ($0.rank, $0.column) < ($1.rank, $1.column) }?.column
    }
}

extension CSV {
    /// The column that a setting names.
    ///
    /// - Throws: ``LossFileError/column(key:reason:)``
    func asked(_ key: String, _ name: String) throws -> Int {
        var columns = TableColumns(self)
        return try columns.find(ColumnRole(key, "", []), name)!
    }

    /// The column that a setting names, or the one that is called so.
    func asked(_ name: String?, or role: ColumnRole, besides taken: [Int] = []) throws -> Int? {
        if let name { return try asked(role.key, name) }
        return role.column(of: self, besides: taken)
    }
}
