import Diffusion

extension GaussianMixture<Double> {
  /// Numbers near −0.8 (three in ten) or near 0.8, each with a standard deviation of 0.1.
  ///
  /// The smallest data set whose posterior is far from one Gaussian: 0.3 N(−0.8, 0.01) + 0.7 N(0.8, 0.01), of mean
  /// 0.32 and variance 0.5476.
  public static var twoModes: GaussianMixture<Double> {
    GaussianMixture([
      .init(weight: 0.3, mean: -0.8, variance: 0.01), .init(weight: 0.7, mean: 0.8, variance: 0.01),
    ])
  }
}
