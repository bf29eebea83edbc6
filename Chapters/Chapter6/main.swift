import Kernels
import Notebook

let options = Options.parsedOrExit()
threadCount = options.common.threads
// With --model this program is the sampler, which stands in a file of its own.
if options.isCommand { SamplerCommand(options).runAndExit() }
