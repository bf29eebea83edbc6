/// The version of the project, by semantic versioning: what its programs answer to `--version`.
package let version = "1.0.0"
