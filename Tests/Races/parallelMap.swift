import Threads

func sumOfSquares() -> Int {
  var sum = 0
  _ = parallelMap(10, threads: 2) { piece in
    sum += piece * piece
    return piece
  }
  return sum
}
