"""Learning on the exported graph, in PyTorch Geometric's terms."""

import warnings

# torch 2.15 says so of PyTorch Geometric's own code; nobody here can act on it.
warnings.filterwarnings("ignore", "`torch.jit.script` is deprecated", FutureWarning)
# What torch says once of every sparse matrix; products of one with a dense one are all we do.
warnings.filterwarnings("ignore", "Sparse CSR tensor support is in beta", UserWarning)
