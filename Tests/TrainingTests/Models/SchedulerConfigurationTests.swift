import Diffusion
import Files
import Formats
import Models
import Testing

@Suite("The configuration of a scheduler")
struct SchedulerConfigurationTests {
  /// What a reader says to a configuration.
  private func refusal(_ options: String) -> String? {
    do throws(FileFailure) {
      _ = try SchedulerConfiguration(JSON(parsing: Array("{\(options)}".utf8), file: "scheduler_config.json"))
      return nil
    } catch {
      return error.description
    }
  }

  @Test(
    "An option that is not supported is refused by its name and value",
    arguments: [
      ("beta_schedule", #""scaled_linear""#, #""linear" or "squaredcos_cap_v2", found "scaled_linear""#),
      ("variance_type", #""learned_range""#, #""fixed_small" or "fixed_large", found "learned_range""#),
      ("prediction_type", #""v_prediction""#, #""epsilon", all that is supported, found "v_prediction""#),
      ("thresholding", "true", "false, all that is supported, found true"),
      ("dynamic_thresholding_ratio", "0.9", "0.995, all that is supported, found 0.9"),
      ("sample_max_value", "2", "1.0, all that is supported, found 2"),
      ("rescale_betas_zero_snr", "true", "false, all that is supported, found true"),
      ("steps_offset", "1", "0, all that is supported, found 1"),
      ("timestep_spacing", #""trailing""#, #""leading", all that is supported, found "trailing""#),
      ("timestep_spacing", #""linspace""#, #""leading", all that is supported, found "linspace""#),
      ("eta", "[0.5]", "left out, an unknown option, found [0.5]"),
      ("_class_name", #""DDIMScheduler""#, #""DDPMScheduler", found "DDIMScheduler""#),
    ])
  func unsupported(option: String, value: String, rest: String) throws {
    let message = try #require(refusal("\"\(option)\": \(value)"))
    #expect(
      message == "scheduler_config.json: byte \(option.utf8.count + 5): expected \"\(option)\" to be \(rest)")
  }

  @Test(
    "A value that can't be is refused by its option's name",
    arguments: [
      ("num_train_timesteps", "0", "1 to 1000000, found 0"),
      ("num_train_timesteps", "1000001", "1 to 1000000, found 1000001"),
      ("num_train_timesteps", "1e3", "an integer of 64 bits, found 1e3"),
      ("beta_start", "0", "in (0, 1), found 0.0"),
      ("beta_end", "1.0", "in (0, 1), found 1.0"),
      ("beta_end", "-0.02", "in (0, 1), found -0.02"),
      ("beta_end", #""0.02""#, #"a finite number, found "0.02""#),
      ("clip_sample", "1", "true or false, found 1"),
      ("clip_sample_range", "0", "a number above 0, found 0.0"),
      ("trained_betas", "[0.1, 0.2]", "as many as num_train_timesteps, 1000, found 2"),
      ("trained_betas", "[0.1, null]", "a finite number, found null"),
    ])
  func impossible(option: String, value: String, rest: String) throws {
    let message = try #require(refusal("\"\(option)\": \(value)"))
    #expect(message.hasPrefix("scheduler_config.json: byte "))
    #expect(message.hasSuffix("expected \"\(option)\" to be \(rest)"))
  }

  @Test(
    "A list that is no schedule is refused, the β and its timestep named",
    arguments: [
      ("[0.1, 1, 0.2]", "in (0, 1) everywhere, found 1.0 at timestep 2"),
      ("[1e-17, 0.1, 0.2]", "of a schedule whose ᾱ double precision has, found ᾱ of 0 or 1 at timestep 1"),
    ])
  func lists(list: String, rest: String) throws {
    let message = try #require(refusal("\"num_train_timesteps\": 3, \"trained_betas\": \(list)"))
    #expect(
      message == "scheduler_config.json: byte 44: expected \"trained_betas\" to be \(rest)")
  }

  @Test("A schedule that is too long for double precision is refused by its length")
  func tooLong() throws {
    let message = try #require(refusal(#""num_train_timesteps": 3000, "beta_end": 0.9"#))
    #expect(
      message.hasPrefix(
        "scheduler_config.json: byte 24: expected \"num_train_timesteps\" to be of a schedule whose ᾱ double "
          + "precision has, found ᾱ of 0 or 1 at timestep "))
  }

  @Test("The ends of the linear rule are not looked at where another rule holds")
  func otherRules() {
    #expect(refusal(#""beta_end": 7, "beta_schedule": "squaredcos_cap_v2""#) == nil)
    #expect(refusal(#""beta_end": 7, "num_train_timesteps": 1, "trained_betas": [0.5]"#) == nil)
  }

  @Test("What a file leaves out has diffusers' default")
  func defaults() throws {
    let json: JSON = ["_class_name": "DDPMScheduler", "_diffusers_version": "0.1.1"]
    let configuration = try SchedulerConfiguration(json)
    #expect(configuration == SchedulerConfiguration())
    #expect(configuration == .linear())
    #expect(try configuration.schedule == .linear())
    #expect(configuration.variance == .betaTilde)
    #expect(configuration.clipSample && configuration.clipSampleRange == 1)
  }

  /// Configurations, and the folders with what diffusers writes for them.
  private var recorded: [(name: String, configuration: SchedulerConfiguration)] {
    var linear = SchedulerConfiguration.linear(to: 0.5, stepCount: 20)
    linear.variance = .beta
    var listed = SchedulerConfiguration.betas([0.1, 1e-5, 0.25])
    listed.clipSample = false
    listed.clipSampleRange = 2.5
    return [("linear", linear), ("cosine", .cosine()), ("listed", listed)]
  }

  @Test("What is written is what diffusers wrote, byte for byte, and is read as it was")
  func writing() throws {
    for (name, configuration) in recorded {
      let path = fixture("diffusers/\(name)/scheduler_config.json")
      #expect(Array(configuration.json.text.utf8) == (try readWhole(path)), "\(name)")
      #expect(try SchedulerConfiguration.read(path) == configuration, "\(name)")
      #expect(try SchedulerConfiguration(configuration.json) == configuration, "\(name)")
    }
  }

  @Test("The β are those of diffusers, but for what single precision rounds")
  func betas() throws {
    let reference = try Safetensors.read(fixture("diffusers/reference.safetensors"))
    for (name, configuration) in recorded {
      let schedule = try configuration.schedule
      let theirs = try reference.floats("betas/\(name)", shape: [schedule.stepCount])
      for (t, beta) in zip(schedule.timesteps, theirs) {
        // Half a unit in the last place; of the linear rule, which they compute in single precision, a few.
        #expect(abs(schedule.beta(t) / Double(beta) - 1) < (name == "linear" ? 5e-7 : 6e-8), "\(name) \(t)")
      }
    }
  }
}
