"""Evidence about compiled environments, from running them: property tests of every tool."""
