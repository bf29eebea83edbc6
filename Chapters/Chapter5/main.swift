import Foundation
import Kernels
import Notebook

let options = Options.parsedOrExit()
threadCount = options.common.threads
if options.isCommand { exit(orExit(try TrainerCommand(options).run())) }
