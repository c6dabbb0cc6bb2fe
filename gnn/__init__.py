"""Learning on the exported graph, in PyTorch Geometric's terms."""

import warnings

# torch 2.15 says so of PyTorch Geometric's own code; nobody here can act on it.
warnings.filterwarnings("ignore", "`torch.jit.script` is deprecated", FutureWarning)
