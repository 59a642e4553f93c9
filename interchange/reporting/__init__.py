"""The provider's side of the interface: what our desk has verified is reported to bureaus with systems of their own."""
