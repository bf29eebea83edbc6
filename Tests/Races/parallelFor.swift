import Threads

func sum() -> Int {
  var sum = 0
  parallelFor(10) { sum += $0 }
  return sum
}
