# Not tried: the machine on which it was written has no Spack. The names of the packages and their
# variants were looked up in Spack's own repository. In the root of the source tree:
#   spack repo add containers/spack && spack dev-build csm@0.2.0
# The command csm, which draws the reports, is one more step: pip install scripts/csm
"""Spack recipe of csm_mpi."""

from spack.package import *


class Csm(CMakePackage):
    """Canonical saliency maps of deep face models, for one machine or many nodes."""

    homepage = "https://arxiv.org/abs/2105.01386"

    license("BSD-3-Clause")

    # spack dev-build takes the source tree of the current folder; a release would add its archive.
    version("0.2.0")

    variant("services", default=True, description="Explain models that are services (libcurl)")
    variant("heif", default=False, description="Read HEIC and AVIF images")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("python@3.10:", type=("build", "run"))
    depends_on("py-torch@2:", type=("build", "link", "run"))

    depends_on("mpi")
    depends_on("hdf5")
    depends_on("opencv@4.5: +imgproc+imgcodecs+jpeg+png+tiff")
    depends_on("eigen@3.3:")
    depends_on("boost@1.74: +program_options")
    depends_on("nlohmann-json@3:")
    depends_on("spdlog@1.8:")
    depends_on("openssl")
    depends_on("zlib-api")
    depends_on("matio +hdf5+zlib")
    depends_on("curl", when="+services")
    depends_on("libheif", when="+heif")

    generator("ninja")

    def cmake_args(self) -> list[str]:
        """CMake finds LibTorch in the torch package that this Python sees."""
        return [
            self.define("CSM_PYTHON", self.spec["python"].command.path),
            self.define("CSM_RELOCATABLE", True),
            self.define("CSM_BUILD_TESTS", False),
            self.define("CSM_OPENVINO", False),
            self.define("CMAKE_UNITY_BUILD", True),
            self.define_from_variant("CSM_SERVICES", "services"),
            self.define_from_variant("CSM_HEIF", "heif"),
        ]
