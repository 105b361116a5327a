"""Specs written by a language model: what it must know, how it is asked, and how what it writes is mended."""
