/* Prints the hashes of the formulas and of the kernels, as the program `same-bits` does. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

uint64_t formula_hash(void);
uint64_t kernel_hash(void);

int main(void) {
  printf("formulas %016" PRIx64 "\n", formula_hash());
  printf("kernels %016" PRIx64 "\n", kernel_hash());
  return 0;
}
