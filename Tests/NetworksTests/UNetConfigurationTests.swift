import Files
import Formats
import Models
import Networks
import TestSupport
import Stops
import Testing

@Suite("The configuration of a U-Net")
struct UNetConfigurationTests {
  /// What a reader says to a configuration with one option of its own.
  private func refusal(_ option: String, _ value: String) -> String? {
    do throws(FileFailure) {
      let json = try JSON(parsing: Array("{\"\(option)\": \(value)}".utf8), file: "config.json")
      _ = try UNetConfiguration(json)
      return nil
    } catch {
      return error.description
    }
  }

  @Test(
    "An option that is not supported is refused by its name and value",
    arguments: [
      ("act_fn", #""gelu""#, #""silu", all that is supported, found "gelu""#),
      ("attn_norm_num_groups", "8", "null, all that is supported, found 8"),
      ("class_embed_type", #""timestep""#, #"null, all that is supported, found "timestep""#),
      ("downsample_type", #""resnet""#, #""conv", all that is supported, found "resnet""#),
      ("mid_block_scale_factor", "1.5", "1, all that is supported, found 1.5"),
      ("mid_block_type", "null", #""UNetMidBlock2D", all that is supported, found null"#),
      ("num_class_embeds", "10", "null, all that is supported, found 10"),
      ("num_train_timesteps", "1000", "null, all that is supported, found 1000"),
      (
        "resnet_time_scale_shift", #""scale_shift""#,
        #""default", all that is supported, found "scale_shift""#
      ),
      ("time_embedding_dim", "64", "null, all that is supported, found 64"),
      ("time_embedding_type", #""fourier""#, #""positional", all that is supported, found "fourier""#),
      ("upsample_type", #""resnet""#, #""conv", all that is supported, found "resnet""#),
      ("color", "[1, 2]", "left out, an unknown option, found [1,2]"),
      ("_class_name", #""UNet2DConditionModel""#, #""UNet2DModel", found "UNet2DConditionModel""#),
      (
        "down_block_types", #"["SkipDownBlock2D"]"#,
        #"made of "DownBlock2D" and "AttnDownBlock2D", found "SkipDownBlock2D""#
      ),
      (
        "up_block_types", #"["UpBlock2D", "AttnDownBlock2D"]"#,
        #"made of "UpBlock2D" and "AttnUpBlock2D", found "AttnDownBlock2D""#
      ),
    ])
  func unsupported(option: String, value: String, rest: String) throws {
    let message = try #require(refusal(option, value))
    #expect(message.hasPrefix("config.json: byte "))
    #expect(message.hasSuffix("expected \"\(option)\" to be \(rest)"))
  }

  @Test(
    "A value that can't be is refused by its option's name",
    arguments: [
      ("in_channels", "0", "1 to 1048576, found 0"),
      ("in_channels", "1048577", "1 to 1048576, found 1048577"),
      ("out_channels", "9223372036854775807", "1 to 1048576, found 9223372036854775807"),
      ("out_channels", "true", "an integer of 64 bits, found true"),
      (
        "block_out_channels", "[32, 4611686018427387904]",
        "1 to 16 stages of 1 to 1048576 channels, found [32, 4611686018427387904]"
      ),
      ("layers_per_block", "1000000000", "1 to 100, found 1000000000"),
      ("sample_size", "4611686018427387904", "at most 65536, found 4611686018427387904"),
      ("block_out_channels", "[]", "1 to 16 stages of 1 to 1048576 channels, found []"),
      ("down_block_types", #"["DownBlock2D"]"#, "as many as block_out_channels, 4, found 1"),
      ("up_block_types", #"["UpBlock2D"]"#, "as many as block_out_channels, 4, found 1"),
      ("layers_per_block", "0", "1 to 100, found 0"),
      ("downsample_padding", "2", "0 or 1, found 2"),
      ("dropout", "1", "at least 0 and less than 1, found 1.0"),
      ("norm_eps", "0", "a number above 0, found 0.0"),
      (
        "norm_num_groups", "64",
        "a divisor of the channels of every normalization, [224, 448, 672, 896, 1120, 1344, 1568, 1792], found 64"
      ),
      ("sample_size", "12", "a multiple of 8, for 4 stages, found 12"),
      ("sample_size", "[32, 32]", "an integer of 64 bits, found an array of 2 elements"),
      (
        "attention_head_dim", "100",
        "a divisor of the channels that have attention, [448, 672, 896], found 100"
      ),
      (
        "freq_shift", "112",
        "at least 0 and less than half of the first of block_out_channels, 112, found 112.0"
      ),
    ])
  func impossible(option: String, value: String, rest: String) throws {
    let message = try #require(refusal(option, value))
    #expect(message.hasPrefix("config.json: byte "))
    #expect(message.hasSuffix("expected \"\(option)\" to be \(rest)"))
  }

  @Test("What a file leaves out has diffusers' default, and diffusers' own affairs are let be")
  func defaults() throws {
    let json: JSON = ["_class_name": "UNet2DModel", "_name_or_path": "google/ddpm", "_anything": [1, nil]]
    let configuration = try UNetConfiguration(json)
    #expect(configuration == UNetConfiguration())
    #expect(configuration.attentionHeadDim == 8)
    #expect(configuration.blockOutChannels == [224, 448, 672, 896])
    #expect(configuration.flipSinToCos)
    #expect(configuration.freqShift == 0)
    #expect(configuration.downsamplePadding == 1)
    #expect(configuration.normEps == 1e-5)
    #expect(configuration.normNumGroups == 32)
  }

  @Test("Options with one supported value may be said", arguments: ["1", "1.0", "1e0"])
  func fixedOptions(one: String) { #expect(refusal("mid_block_scale_factor", one) == nil) }

  @Test("What is written is what diffusers wrote, byte for byte", arguments: ["unet_gold", "unet_tiny"])
  func writing(folder: String) throws {
    let path = fixture("\(folder)/config.json")
    let written = try UNetConfiguration.read(path).json.text
    #expect(Array(written.utf8) == (try readWhole(path)))
  }

  @Test("A configuration is read as it was written")
  func roundTrip() throws {
    var configuration = UNetConfiguration.ddpm(
      sampleSize: 16, channels: 1, blockOutChannels: [12, 24], layersPerBlock: 3, attentionStages: [0],
      groups: 6,
      dropout: 0.1)
    #expect(try UNetConfiguration(configuration.json) == configuration)
    configuration.sampleSize = nil
    configuration.freqShift = 0.5
    configuration.addAttention = false
    configuration.centerInputSample = true
    #expect(try UNetConfiguration(configuration.json) == configuration)
  }

  @Test("A command line's words make the published configurations")
  func words() throws {
    let published = try UNetConfiguration.read(fixture("ddpm-cifar10-32/config.json"))
    let cifar = try UNetConfiguration.ddpm(
      sampleSize: 32, channels: 3, baseChannels: 128, multipliers: [1, 2, 2, 2], layersPerBlock: 2,
      attentionAt: [16], groups: 32)
    #expect(cifar == published)
    var tiny = try UNetConfiguration.read(fixture("unet_tiny/config.json"))
    tiny.blockOutChannels = [16, 32, 64]
    let small = try UNetConfiguration.ddpm(
      sampleSize: 28, channels: 1, baseChannels: 16, multipliers: [1, 2, 4], layersPerBlock: 1,
      attentionAt: [7])
    #expect(small == tiny)
    let nowhere = try UNetConfiguration.ddpm(
      sampleSize: 28, channels: 1, baseChannels: 16, multipliers: [1, 2, 4], layersPerBlock: 1,
      attentionAt: [])
    #expect(nowhere.downBlockTypes == [.plain, .plain, .plain])
    #expect(nowhere.addAttention)
  }

  /// One option of a command line, otherwise that of network S.
  struct Words: Sendable {
    var size = 28
    var channels = 16
    var multipliers = [1, 2, 4]
    var blocks = 1
    var attention: Set<Int> = [7]
    var groups = 8
  }

  @Test(
    "A command line's words that make no network are refused in a line",
    arguments: [
      (Words(size: 30), "sample_size: expected a multiple of 4, for 3 stages, found 30"),
      (Words(size: 0), "sample_size: expected a multiple of 4, for 3 stages, found 0"),
      (Words(size: -28), "sample_size: expected a multiple of 4, for 3 stages, found -28"),
      (Words(channels: 0), "channels: expected 1 to 65536, found 0"),
      (Words(channels: .max), "channels: expected 1 to 65536, found 9223372036854775807"),
      (Words(multipliers: []), "multipliers: expected 1 to 16 numbers from 1 to 1024, found []"),
      (Words(multipliers: [1, 0]), "multipliers: expected 1 to 16 numbers from 1 to 1024, found [1, 0]"),
      (
        Words(multipliers: [.max]), "multipliers: expected 1 to 16 numbers from 1 to 1024, found [\(Int.max)]"
      ),
      (Words(blocks: 0), "layers_per_block: expected 1 to 100, found 0"),
      (Words(attention: [8, 7]), "attention: expected sizes that occur, [28, 14, 7], found 8"),
      (Words(attention: [3, 0]), "attention: expected sizes that occur, [28, 14, 7], found 0"),
      (
        Words(channels: 12),
        "norm_num_groups: expected a divisor of the channels of every normalization, "
          + "[12, 24, 36, 48, 72, 96], found 8"
      ),
      (
        Words(channels: 1, groups: 1),
        "block_out_channels: expected a first number of 2 or more, found [1, 2, 4]"
      ),
    ])
  func impossibleWords(words: Words, message: String) {
    do throws(ConfigurationFailure) {
      _ = try UNetConfiguration.ddpm(
        sampleSize: words.size, channels: 1, baseChannels: words.channels, multipliers: words.multipliers,
        layersPerBlock: words.blocks, attentionAt: words.attention, groups: words.groups)
      Issue.record("accepted")
    } catch {
      #expect(error.description == message)
    }
  }

  @Test("A network is not put together from a configuration that can't be")
  func stops() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var configuration = UNetConfiguration()
      configuration.layersPerBlock = 0
      _ = UNet.parameterCount(configuration)
    }
    stopped(result, saying: "UNet: layers_per_block: expected 1 to 100, found 0")
  }
}
