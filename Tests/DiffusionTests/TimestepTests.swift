import Diffusion
import Testing

@Suite("A timestep")
struct TimestepTests {
  @Test("counts from 1, and its index from 0, as diffusers does")
  func origins() {
    #expect(Timestep(1).index == 0)
    #expect(Timestep(1000).index == 999)
    #expect(Timestep(index: 499) == 500)
    #expect(Timestep(index: 499).value == 500)
    #expect(Timestep(0.5).index == -0.5)
    #expect(([3, 1.5, 2] as [Timestep]).sorted() == [1.5, 2, 3])
  }

  @Test("that is whole names a step of a schedule; any other stops the program")
  func steps() async throws {
    let schedule = try NoiseSchedule.linear()
    #expect(schedule[Timestep(500)] == schedule[500])
    await #expect(processExitsWith: .failure) { _ = try NoiseSchedule.linear()[Timestep(2.5)] }
    await #expect(processExitsWith: .failure) { _ = try NoiseSchedule.linear()[Timestep(index: -1)] }
  }
}
